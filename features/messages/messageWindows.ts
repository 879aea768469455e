import { createHash } from 'node:crypto';
import { ProtocolError } from '@tidings/protocol';
import type { messageSettings } from './settings.ts';

type Limits = ReturnType<typeof messageSettings.in>['limits'];

/**
 * What one sender has put on a user's feed in the minute that began with its first message. It stands in the head of
 * the feed, so that the limit is exact wherever the messages are handled, and costs no row.
 */
export type MessageWindow = readonly [sender: string, since: number, messages: number, bytes: number];

export interface Message {
  readonly from: string;
  readonly body: string;
}

const windowMs = 60_000;
/** So many senders are told apart; whoever comes while all of them are within their minute shares one window with the others who do. */
const maxToldApart = 16;
const theRest = '';

/**
 * The windows after one more message.
 *
 * @throws ProtocolError `rate_limited`, with the time until the sender's window is over.
 */
export function withMessage(
  windows: readonly MessageWindow[] | undefined,
  { from, body }: Message,
  now: number,
  { messagesPerMinute, messageBytesPerMinute }: Limits,
): readonly MessageWindow[] {
  const isOpen = ([, since]: MessageWindow) => now - since < windowMs;
  const rest = (windows ?? []).find((window) => window[0] === theRest && isOpen(window));
  // Until the rest's window is over nobody changes sides, so that none has a share of that one and one of its own.
  const kept = (windows ?? []).filter((window) => isOpen(window) || (rest && window[0] !== theRest));
  const sender = toSender(from);
  const isTold = kept.some(([name]) => name === sender);
  const hasRoom = !rest && kept.length < maxToldApart;
  const name = isTold || hasRoom ? sender : theRest;
  const own = kept.find((window) => window[0] === name && isOpen(window));
  const [, since, messages, bytes] = own ?? [name, now, 0, 0];
  // As the frame has it: what is a byte here may be six there.
  const after = [name, since, messages + 1, bytes + Buffer.byteLength(JSON.stringify(body))] as const;
  if (after[2] > messagesPerMinute || after[3] > messageBytesPerMinute) {
    // Clocks differ: nobody is told to wait for longer than a window lasts.
    const retryAfterMs = Math.min(windowMs, since + windowMs - now);
    const message = 'was sent as much by you as one may send within a minute';
    // The field tells a client that its other requests need not wait.
    const details = [{ path: 'payload.userId', message }];
    throw new ProtocolError('rate_limited', `payload.userId: ${message}`, { retryAfterMs, details });
  }
  return [...kept.filter(([one]) => one !== name), after];
}

/** A user's id may be long, and the head has sixteen of them. */
const toSender = (userId: string) => createHash('sha256').update(userId).digest('base64url').slice(0, 12);

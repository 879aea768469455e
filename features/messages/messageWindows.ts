import { createHash } from 'node:crypto';
import { ProtocolError } from '@tidings/protocol';
import type { messageSettings } from './settings.ts';

type Limits = ReturnType<typeof messageSettings.in>['limits'];

/**
 * What one sender has put on a user's feed in the minute that began with its first message. It is part of the
 * feed's head, so that the limit is exact across functions, and needs no row of its own.
 */
export type MessageWindow = readonly [sender: string, since: number, messages: number, bytes: number];

export interface Message {
  readonly from: string;
  readonly body: string;
}

const windowMs = 60_000;
/** So many senders have a window of their own. Any others share one. */
const maxSeparate = 16;
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
  // While the shared window is open, no sender moves out of it, so nobody has two windows.
  const kept = (windows ?? []).filter((window) => isOpen(window) || (rest && window[0] !== theRest));
  const sender = toSender(from);
  const hasOwn = kept.some(([name]) => name === sender);
  const hasRoom = !rest && kept.length < maxSeparate;
  const name = hasOwn || hasRoom ? sender : theRest;
  const own = kept.find((window) => window[0] === name && isOpen(window));
  const [, since, messages, bytes] = own ?? [name, now, 0, 0];
  // Measured as JSON, as in the frame: one byte here may be six there.
  const after = [name, since, messages + 1, bytes + Buffer.byteLength(JSON.stringify(body))] as const;
  if (after[2] > messagesPerMinute || after[3] > messageBytesPerMinute) {
    // Clocks differ: never ask for a wait longer than a window.
    const retryAfterMs = Math.min(windowMs, since + windowMs - now);
    const message = 'was sent as much by you as one may send within a minute';
    // The field tells a client that its other requests need not wait.
    const details = [{ path: 'payload.userId', message }];
    throw new ProtocolError('rate_limited', `payload.userId: ${message}`, { retryAfterMs, details });
  }
  return [...kept.filter(([one]) => one !== name), after];
}

/** A user's id may be long, and the head may have sixteen of them. */
const toSender = (userId: string) => createHash('sha256').update(userId).digest('base64url').slice(0, 12);

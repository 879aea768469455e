import { idleMs, type TopicKind, topicKind } from '../../core/topics.ts';
import type { ChannelOptions, Retention } from './channelOptions.ts';

/** How large a message may be where a kind does not say less: a frame of the server has room for it, and so has an answer. */
export const largestBytes = 30_000;

/** What these are is the same in every app, whether or not it has them. */
const reserved = ['user', 'tenant', 'msp', 'client', 'room', 'queue', 'conversation'];
const minuteMs = 60_000;
const maxRetentionMs = 30 * 24 * 60 * minuteMs;

/** One kind of channel. @throws Error that names the option which nothing can be done with. */
export function channelTopics(name: string, options: ChannelOptions): TopicKind {
  requireSound(name, options);
  const { subscribe, presence, retention } = options;
  const ms = retention && msOf(retention);
  return topicKind({
    name,
    maySubscribe: subscribe,
    initial: {},
    keptUntilMs: (now) => now + idleMs,
    ...(ms !== undefined && { retentionMs: () => ms }),
    ...(presence && { presence }),
    history: true,
    all: { maySubscribe: (who) => subscribe(who, '*') },
  });
}

const msOf = ({ days = 0, hours = 0, minutes = 0 }: Retention) =>
  ((days * 24 + hours) * 60 + minutes) * minuteMs;

function requireSound(
  name: string,
  { subscribe, publish, retention, maxBytes, presence }: ChannelOptions,
): void {
  const refuse = (what: string) => {
    throw new Error(`channels: ${name}${what}`);
  };
  if (reserved.includes(name)) {
    refuse(` cannot be a channel: ${reserved.join(', ')} are the names of other topics`);
  }
  for (const [rule, given] of Object.entries({ subscribe, publish })) {
    if (typeof given !== 'function') refuse(`.${rule} is missing: say who may: (who, id) => …`);
  }
  if (presence !== undefined && presence !== true) refuse('.presence must be true, or left out');
  if (maxBytes !== undefined && !(Number.isInteger(maxBytes) && maxBytes >= 1 && maxBytes <= largestBytes)) {
    refuse(`.maxBytes must be a whole number from 1 to ${largestBytes}`);
  }
  if (retention === undefined) return;
  const ms = msOf(retention);
  if (!(ms >= minuteMs && ms <= maxRetentionMs)) {
    refuse('.retention must be from a minute to 30 days, such as { hours: 48 }');
  }
}

import { type ClientFeature, everyTopic, lastEvents, type TopicRules } from '@tidings/client';

/** What a client asks of one kind of channel. */
export interface ChannelClientOptions {
  /** How many of its last messages come first to who follows a channel: at most 50. @default none */
  readonly last?: number;
}

/**
 * The client's part of channels: all of a kind can be followed as one, and a channel may begin with its last messages.
 *
 * @example
 * const client = createClient<App>({ url, getToken, features: [channels({ orders: { last: 20 } })] });
 * client.topic('orders', 'acme').on('channel.message', ({ payload }) => show(payload.data));
 * await client.request('channel.publish', { data: { order: 1 } }, { topic: 'orders:acme' });
 */
export function channels(kinds: Readonly<Record<string, ChannelClientOptions>>): ClientFeature {
  const topics: Record<string, TopicRules> = {};
  for (const [kind, { last }] of Object.entries(kinds)) {
    topics[`${kind}:*`] = everyTopic;
    if (last) topics[kind] = lastEvents(last);
  }
  return { topics };
}

import { type Feature, feature } from '../../core/feature.ts';
import type { ChannelOptions } from './channelOptions.ts';
import { channelActions } from './channels.ts';
import { channelTopics } from './channelTopics.ts';
import { type ChannelContract, channelContract } from './contract.ts';

/**
 * Free channels: topics of kinds of your own that take any JSON, with history, and rules that the app gives.
 *
 * @example
 * channels({
 *   orders: {
 *     subscribe: (who, id) => who.roles.includes('msp') || who.clients.includes(id),
 *     publish: (who) => who.roles.includes('service'),
 *     retention: { days: 7 },
 *   },
 * })
 * @throws Error for a name that is taken, and for options that nothing can be done with.
 */
export function channels<const K extends string>(
  kinds: Readonly<Record<K, ChannelOptions>>,
): Feature<ChannelContract<K>> {
  const names = Object.keys(kinds) as K[];
  if (names.length === 0) throw new Error('channels: name a kind, such as orders');
  const rules = Object.fromEntries(names.map((name) => [name, kinds[name]]));
  return feature<ChannelContract<K>>({
    name: 'channels',
    contract: channelContract<K>(kinds),
    actions: channelActions(rules),
    topics: names.map((name) => channelTopics(name, kinds[name])),
  });
}

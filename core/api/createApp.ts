import {
  connectionContract,
  feedContract,
  presenceContract,
  revokeContract,
  statsContract,
} from '@tidings/protocol';
import type { App } from '../app.ts';
import { type Feature, feature } from '../feature.ts';
import { tenantFeed, type UserSlice, userFeed, userKind } from '../feeds.ts';
import { appSettings } from '../settings.ts';
import type { TopicKind } from '../topics.ts';
import { connectionActions } from './connectionActions.ts';
import { presenceActions } from './presence.ts';
import { revokeActions } from './revoke.ts';
import { statsActions } from './stats.ts';

const connections = feature({
  name: 'connections',
  contract: connectionContract,
  actions: connectionActions,
});
/** Only where there is a topic whose followers are told of each other. */
const presence = feature({ name: 'presence', contract: presenceContract, actions: presenceActions });
const stats = feature({ name: 'stats', contract: statsContract, actions: statsActions });
const revocation = feature({ name: 'revocation', contract: revokeContract, actions: revokeActions });

/**
 * Puts an app together.
 *
 * @throws Error where two features claim the same name, or a name that another one needs.
 */
export function createApp(features: readonly Feature[]): App {
  const ownKinds = features.flatMap(({ topics = [] }) => topics);
  const hasPresence = ownKinds.some((kind) => kind.presence);
  const all = [connections, ...features, ...(hasPresence ? [presence] : []), stats, revocation];
  const slices = all.flatMap(({ user }) => user ?? []);
  requireOwnNames(slices);
  const kinds = [userKind(slices), tenantFeed, ...ownKinds];
  for (const kind of kinds) requireFreeName(kind, kinds);
  return {
    settings: appSettings(all.flatMap(({ settings }) => settings ?? [])),
    contracts: [feedContract, ...all.map(({ contract }) => contract)],
    actions: named(
      'action',
      all.flatMap(({ actions }) => actions),
    ),
    kinds: named('kind of topic', kinds),
    work: named(
      'kind of work',
      all.flatMap(({ work = [] }) => work),
    ),
    feedsOf: (who) => [
      userFeed(who.userId),
      tenantFeed.of(),
      ...features.flatMap(({ feeds }) => feeds?.(who) ?? []),
    ],
  };
}

function named<T extends { readonly name: string }>(what: string, all: readonly T[]): ReadonlyMap<string, T> {
  const byName = new Map<string, T>();
  for (const one of all) {
    if (byName.has(one.name)) throw new Error(`two features have the ${what} ${one.name}`);
    byName.set(one.name, one);
  }
  return byName;
}

function requireOwnNames(slices: readonly UserSlice[]): void {
  const names = slices.flatMap(({ initial }) => Object.keys(initial));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new Error(`two features keep ${twice} in a user's feed`);
}

/** All topics of a kind are stored under its plural, which must not be another kind's name. */
function requireFreeName({ name, id, all }: TopicKind, kinds: readonly TopicKind[]): void {
  if (id === 'none' && name.endsWith('s')) {
    throw new Error(`a topic without an id cannot be called ${name}: its name must not end with s`);
  }
  if (all && kinds.some((other) => other.name === `${name}s`)) {
    throw new Error(`${name}s cannot be a kind of topic: it is what all of ${name} are stored under`);
  }
}

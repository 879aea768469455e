import {
  roles as builtIn,
  type Contract,
  connectionContract,
  feedContract,
  presenceContract,
  revokeContract,
  statsContract,
} from '@tidings/protocol';
import type { App } from '../app.ts';
import { type Feature, feature } from '../feature.ts';
import { tenantFeed, userFeed, userKind } from '../feeds.ts';
import { appSettings } from '../settings.ts';
import { connectionActions } from './connectionActions.ts';
import { presenceActions } from './presence.ts';
import { revokeActions } from './revoke.ts';
import { statsActions } from './stats.ts';
import { validateApp } from './validateApp.ts';

const connections = feature({
  name: 'connections',
  contract: connectionContract,
  actions: connectionActions,
});
/** Only where there is a topic whose followers get presence. */
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
  const kinds = [userKind(slices), tenantFeed, ...ownKinds];
  const roles = [...builtIn, ...all.flatMap(rolesOf)];
  validateApp(all, kinds, roles);
  const contracts = [feedContract, ...all.map(({ contract }) => contract)];
  return {
    settings: appSettings(
      all.flatMap(({ settings }) => settings ?? []),
      roles,
    ),
    roles,
    emitted: new Set(contracts.flatMap(emittedBy)),
    contracts,
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

const rolesOf = ({ contract }: Feature): string[] => Object.keys(contract.roles ?? {});

const emittedBy = ({ events = {} }: Contract): string[] =>
  Object.entries(events).flatMap(([type, { emit }]) => (emit ? type : []));

function named<T extends { readonly name: string }>(what: string, all: readonly T[]): ReadonlyMap<string, T> {
  const byName = new Map<string, T>();
  for (const one of all) {
    if (byName.has(one.name)) throw new Error(`two features have the ${what} ${one.name}`);
    byName.set(one.name, one);
  }
  return byName;
}

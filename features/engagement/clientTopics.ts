import type { Principal } from '../../core/principal.ts';
import { type Topic, topicKind } from '../../core/topics.ts';
import { type ClientState, clientSnapshot, noEngagement } from './clientState.ts';

export const isStaff = (who: Principal): boolean => who.roles.includes('msp');

/** Whether this user may see what happens to a client: its own users, and the provider's staff. */
export function mayFollowClient(who: Principal, clientId: string): boolean {
  return isStaff(who) || who.clients.includes(clientId);
}

/** What happens with one client; the staff follows all of them. */
export const clientTopics = topicKind<ClientState>({
  name: 'client',
  maySubscribe: mayFollowClient,
  initial: noEngagement,
  snapshot: clientSnapshot,
  all: {
    maySubscribe: isStaff,
    list: { name: 'clients', entry: (clientId, state) => clientSnapshot(state, clientId) },
  },
});

/** What concerns the provider's staff. */
export const mspFeed = topicKind({ name: 'msp', id: 'none', maySubscribe: isStaff, initial: {} });

/** The topics that a connection is joined to on open. */
export const clientFeeds = (who: Principal): readonly Topic[] => [
  ...(isStaff(who) ? [mspFeed.of(), clientTopics.of('*')] : []),
  ...who.clients.map((id) => clientTopics.of(id)),
];

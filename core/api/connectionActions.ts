import type { connectionContract } from '@tidings/protocol';
import { type Actions, type Call, topicOf } from '../call.ts';
import { type Connection, followedSince } from '../connections/connections.ts';
import { greet } from '../connections/hello.ts';
import { renew } from '../connections/renewal.ts';
import { join, leave } from '../connections/subscribe.ts';
import { answerBudget } from '../log/answerBudget.ts';
import { catchUp } from '../log/catchUp.ts';
import { latest, requireHistory } from '../log/history.ts';
import { findBehind } from '../log/sync.ts';
import { mayNotSubscribe, maySubscribe } from '../topics.ts';

/** The actions about the connection itself: its subscriptions, its positions and its user. */
export const connectionActions: Actions<typeof connectionContract> = {
  hello: (call) => greet(call.runtime, socketOf(call), call.payload),

  subscribe: async (call) => {
    const topic = topicOf(call);
    const { since, cursor, last } = call.payload;
    if (last !== undefined) requireHistory(call.runtime.app, topic, since);
    if (!maySubscribe(call.runtime.app, call.principal, topic)) throw mayNotSubscribe(topic);
    await join(call.runtime, socketOf(call), [topic]);
    if (last !== undefined) return latest(call.runtime, call.principal.tenant, topic, last, answerBudget());
    return catchUp(call.runtime, call.principal.tenant, topic, since, cursor, answerBudget());
  },

  unsubscribe: async (call) => {
    await leave(call.runtime, socketOf(call), topicOf(call));
    return {};
  },

  sync: ({ runtime, principal, payload, connection }) =>
    findBehind(runtime, principal, payload.heads, (topic) => followedSince(connection, topic)),

  auth: (call) => renew(call.runtime, socketOf(call), call.payload.token),
};

/** The router allows these actions only on a socket. */
function socketOf({ connection }: Call): Connection {
  if (!connection) throw new Error('an action about a connection came without one');
  return connection;
}

import type { presenceContract } from '@tidings/protocol';
import { type Actions, type Call, topicOf } from '../call.ts';
import { requireFollowing } from '../connections/following.ts';
import { presenceChanged } from '../connections/presenceChanged.ts';
import { notSubscribed } from '../connections/subscribe.ts';
import { showWrite, subscriberKey } from '../connections/subscriber.ts';
import { awayFrom, canBeNamed } from '../delivery/presence/comparePresence.ts';
import { readKnown, readPresent } from '../delivery/presence/sendPresence.ts';
import { commitRows } from '../log/commitRows.ts';

type PresenceContract = typeof presenceContract;

/** The users subscribed to a topic with presence. */
async function presenceGet(call: Call<PresenceContract>): Promise<object> {
  requireFollowing(call);
  const { runtime, principal } = call;
  const topic = topicOf(call);
  const { devices, shown } = await readPresent(runtime, principal.tenant, topic);
  const away = awayFrom(await readKnown(runtime, principal.tenant, topic), devices);
  const names = typeof away === 'number' ? [] : away;
  if (!canBeNamed([...devices.keys(), ...names])) {
    const count = typeof away === 'number' ? away : away.length;
    return { count: devices.size, ...(count > 0 && { away: count }) };
  }
  const users = [...devices].map(([userId, count]) => ({
    userId,
    devices: count,
    ...dataOf(shown.get(userId)),
  }));
  return { users, ...(names.length > 0 && { away: [...names] }) };
}

const dataOf = (json = 'null') => (json === 'null' ? {} : { data: JSON.parse(json) as unknown });

/** Stands in the subscription's own row, so that it ends with it. Subscribers are sent it with the next update. */
async function presenceSet(
  call: Call<PresenceContract> & { readonly payload: { data: unknown } },
): Promise<object> {
  const { runtime, connection, payload } = call;
  const topic = topicOf(call);
  const answer = await commitRows(runtime, call, {
    rows: connection ? [subscriberKey(connection, topic)] : [],
    decide([row]) {
      requireFollowing(call);
      // Whoever asks by HTTP is not there.
      if (!connection || !row) throw notSubscribed(topic);
      const shows = { json: JSON.stringify(payload.data), at: runtime.clock.now() };
      return { answer: {}, writes: [showWrite(connection, topic, shows)] };
    },
  });
  if (connection) await presenceChanged(runtime, connection, [topic]);
  return answer;
}

export const presenceActions: Actions<PresenceContract> = {
  'presence.get': presenceGet,
  'presence.set': presenceSet,
};

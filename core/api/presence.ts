import type { presenceContract } from '@tidings/protocol';
import { type Actions, topicOf } from '../call.ts';
import { requireFollowing } from '../connections/following.ts';
import { subscribers } from '../delivery/audience.ts';
import { awayFrom, canBeNamed } from '../delivery/presence/comparePresence.ts';
import { readKnown } from '../delivery/presence/sendPresence.ts';

/** The users subscribed to a topic with presence. */
export const presenceActions: Actions<typeof presenceContract> = {
  'presence.get': async (call) => {
    requireFollowing(call);
    const { runtime, principal } = call;
    const topic = topicOf(call);
    const devices = new Map<string, number>();
    for await (const { userId } of subscribers(runtime, principal.tenant, topic)) {
      devices.set(userId, (devices.get(userId) ?? 0) + 1);
    }
    const away = awayFrom(await readKnown(runtime, principal.tenant, topic), devices);
    const names = typeof away === 'number' ? [] : away;
    if (!canBeNamed([...devices.keys(), ...names])) {
      const count = typeof away === 'number' ? away : away.length;
      return { count: devices.size, ...(count > 0 && { away: count }) };
    }
    const users = [...devices].map(([userId, count]) => ({ userId, devices: count }));
    return { users, ...(names.length > 0 && { away: [...names] }) };
  },
};

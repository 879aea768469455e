import { type Handler, on, publish, requireFollowing, topicOf } from '../../core/api/call.ts';
import { subscribers } from '../../core/delivery/audience.ts';
import { awayFrom, canBeNamed } from '../../core/delivery/presence/comparePresence.ts';
import { readTold } from '../../core/delivery/presence/tellPresence.ts';

/** Rooms: whoever of the tenant subscribes is in. */
export const roomHandlers: readonly Handler[] = [
  on('room.send', (call) => {
    const { body } = call.payload;
    return publish(
      call,
      {
        topic: topicOf(call),
        decide: (state) => {
          requireFollowing(call);
          return { event: { type: 'room.message', payload: { body } }, state, answer: {} };
        },
      },
      { exceptSender: true },
    );
  }),

  on('presence.get', async (call) => {
    requireFollowing(call);
    const { runtime, principal } = call;
    const room = topicOf(call);
    const devices = new Map<string, number>();
    for await (const { userId } of subscribers(runtime, principal.tenant, room)) {
      devices.set(userId, (devices.get(userId) ?? 0) + 1);
    }
    const away = awayFrom(await readTold(runtime, principal.tenant, room), devices);
    const names = typeof away === 'number' ? [] : away;
    if (!canBeNamed([...devices.keys(), ...names])) {
      const count = typeof away === 'number' ? away : away.length;
      return { count: devices.size, ...(count > 0 && { away: count }) };
    }
    const users = [...devices].map(([userId, count]) => ({ userId, devices: count }));
    return { users, ...(names.length > 0 && { away: [...names] }) };
  }),
];

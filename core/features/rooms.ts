import { subscribers } from '../audience.ts';
import { type Handler, on, publish, requireFollowing, topicOf } from '../call.ts';
import { canBeNamed } from '../presence/compareRoom.ts';

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
    const devices = new Map<string, number>();
    for await (const { userId } of subscribers(call.runtime, call.principal.tenant, topicOf(call))) {
      devices.set(userId, (devices.get(userId) ?? 0) + 1);
    }
    if (!canBeNamed([...devices.keys()])) return { count: devices.size };
    return { users: [...devices].map(([userId, count]) => ({ userId, devices: count })) };
  }),
];

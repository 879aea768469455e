import { subscribers } from '../audience.ts';
import { followedTopic, type Handler, on, publish } from '../call.ts';

/** Rooms: whoever of the tenant subscribes is in. */
export const roomHandlers: readonly Handler[] = [
  on('room.send', (call) => {
    const { body } = call.payload;
    return publish(
      call,
      {
        topic: followedTopic(call),
        decide: (state) => ({ event: { type: 'room.message', payload: { body } }, state, answer: {} }),
      },
      { exceptSender: true },
    );
  }),

  on('presence.get', async (call) => {
    const devices = new Map<string, number>();
    for await (const { userId } of subscribers(call.runtime, call.principal.tenant, followedTopic(call))) {
      devices.set(userId, (devices.get(userId) ?? 0) + 1);
    }
    return { users: [...devices].map(([userId, count]) => ({ userId, devices: count })) };
  }),
];

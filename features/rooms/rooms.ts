import { type Actions, topicOf } from '../../core/call.ts';
import { requireFollowing } from '../../core/connections/following.ts';
import { publish } from '../../core/delivery/publish.ts';
import type { roomContract } from './contract.ts';

/** Rooms: any user of the tenant may subscribe. */
export const roomActions: Actions<typeof roomContract> = {
  'room.send': (call) => {
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
  },
};

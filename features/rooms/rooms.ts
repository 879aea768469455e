import { type Actions, topicOf } from '../../core/call.ts';
import { requireFollowing } from '../../core/connections/following.ts';
import { publish } from '../../core/delivery/publish.ts';
import type { RoomContract } from './contract.ts';

/** Who is in a room may say something in it, as long as the rule still allows it. */
export const roomActions: Actions<RoomContract> = {
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

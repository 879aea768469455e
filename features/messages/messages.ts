import type { Actions } from '../../core/call.ts';
import { publish } from '../../core/delivery/publish.ts';
import { userFeed } from '../../core/feeds.ts';
import type { messageContract } from './contract.ts';
import { type MessageWindow, withMessage } from './messageWindows.ts';
import { messageSettings } from './settings.ts';

/** The feature's state in a user's own feed. */
export interface MessageState {
  /** The messages of each sender within its minute. */
  readonly windows?: readonly MessageWindow[];
}

/** A message from one user to another: sent to all devices, and kept in the log for a user who is offline. */
export const messageActions: Actions<typeof messageContract> = {
  'message.send': (call) => {
    const { runtime, principal } = call;
    const { userId, body } = call.payload;
    const { limits } = messageSettings.in(runtime.settings);
    // Machines are not limited. A person is, so that it cannot fill another user's feed.
    const isPerson = !principal.roles.includes('service');
    const message = { from: principal.userId, body };
    return publish(call, {
      topic: userFeed<MessageState>(userId),
      decide: (state, _rows, now) => ({
        event: { type: 'message', payload: { userId, body } },
        state: isPerson ? { ...state, windows: withMessage(state.windows, message, now, limits) } : state,
        answer: {},
      }),
    });
  },
};

import type { Actions } from '../../core/call.ts';
import { publish } from '../../core/delivery/publish.ts';
import { userFeed } from '../../core/feeds.ts';
import type { messageContract } from './contract.ts';
import { type MessageWindow, withMessage } from './messageWindows.ts';
import { messageSettings } from './settings.ts';

/** What it keeps in a user's own feed. */
export interface MessageState {
  /** How much each sender has put on it within its minute. */
  readonly windows?: readonly MessageWindow[];
}

/** A message from one user to another: on all devices, and in the log for whoever is offline. */
export const messageActions: Actions<typeof messageContract> = {
  'message.send': (call) => {
    const { runtime, principal } = call;
    const { userId, body } = call.payload;
    const { limits } = messageSettings.in(runtime.settings);
    // A machine writes to whom it must; a person has a share of another one's feed.
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

import { type Handler, on, publish } from '../call.ts';

/** A message from one user to another: on all devices, and in the log for whoever is offline. */
export const messageHandlers: readonly Handler[] = [
  on('message.send', (call) => {
    const { userId, body } = call.payload;
    return publish(call, {
      topic: { kind: 'user', id: userId },
      decide: (state) => ({ event: { type: 'message', payload: { userId, body } }, state, answer: {} }),
    });
  }),
];

import * as z from 'zod/mini';
import { action, event, position, text, userId } from '../contract.ts';

export const messageSend = action({
  name: 'message.send',
  group: 'domain',
  roles: 'any',
  topic: 'none',
  payload: z.object({
    userId: userId('Whom it is for: a user of the same tenant.'),
    body: text(31_000, 'What it says.'),
  }),
  answer: z.object(position),
  documentation:
    "Puts a message on a user's feed: all devices get it, and it can be replayed by who was offline. One person sends one recipient so much a minute (see the limits).",
});

export const messageEvents = {
  message: event({
    type: 'message',
    mode: 'log',
    topics: ['user:me'],
    payload: z.object({ userId: userId('Whom it is for.'), body: z.string() }),
    documentation: 'A message to this user; `from` is who sent it.',
  }),
};

import { action, contract, described, event, position, text, userId } from '@tidings/protocol';
import * as z from 'zod/mini';

export const messageContract = contract({
  actions: {
    'message.send': action({
      roles: 'any',
      payload: z.object({
        userId: userId('Whom it is for: a user of the same tenant.'),
        body: text(31_000, 'What it says.'),
      }),
      answer: z.object(position),
      documentation:
        "Puts a message on a user's feed: all devices get it, and it can be replayed by who was offline. One person sends one recipient so much a minute (see the limits).",
    }),
  },
  events: {
    message: event({
      topics: ['user:me'],
      payload: z.object({ userId: userId('Whom it is for.'), body: described(z.string(), 'What it says.') }),
      documentation: 'A message to this user; `from` is who sent it.',
    }),
  },
  examples: { body: 'Your invoice is ready' },
});

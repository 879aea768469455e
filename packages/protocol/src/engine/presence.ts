import * as z from 'zod/mini';
import { action, contract, described, event, userId } from '../contract.ts';

const count = described(z.int(), 'How many users are there.');

/** Who is there, on topics whose followers are told of each other. */
export const presenceContract = contract({
  actions: {
    'presence.get': action({
      roles: 'any',
      topic: 'presence',
      payload: z.object({}),
      answer: z.union([
        z.object({
          users: described(
            z.array(
              z.object({
                userId: userId('Who is there.'),
                devices: described(z.int(), 'With how many connections.'),
              }),
            ),
            'Who is there.',
          ),
          away: described(
            z.optional(z.array(userId('Who is away for a moment.'))),
            'Users who have been away for less than 15 s: no event reports their return, and one reports when they have left.',
          ),
        }),
        z.object({
          count,
          away: described(z.optional(z.int()), 'How many have been away for less than 15 s.'),
        }),
      ]),
      documentation:
        'Who is subscribed to a topic: each user once, however many devices. Of more than 200 users, only how many.',
    }),
  },
  events: {
    presence: event({
      mode: 'ephemeral',
      topics: 'presence',
      payload: z.union([
        z.object({
          joined: described(z.array(z.string()), 'The users who came, each with its first device.'),
          left: described(z.array(z.string()), 'The users whose last device has been away for 15 s.'),
          count,
        }),
        z.object({ count }),
      ]),
      documentation:
        'Who subscribed to the topic and who left it; of more than 200 users, only how many there are.',
    }),
  },
  examples: { joined: ['carla'], left: ['sam'] },
});

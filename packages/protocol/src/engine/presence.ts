import * as z from 'zod/mini';
import { action, contract, described, event, userId } from '../contract.ts';

/** How large what somebody shows with their presence may be, as JSON. */
export const maxPresenceBytes = 256;

const data = described(z.unknown(), 'What they show of themselves, by `presence.set`.');
const isSmall = (value: unknown) =>
  new TextEncoder().encode(JSON.stringify(value)).length <= maxPresenceBytes;

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
                data: z.optional(data),
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
    'presence.set': action({
      roles: 'any',
      topic: 'presence',
      payload: z.object({
        data: described(
          z.unknown().check(
            z.refine((value) => value !== undefined, {
              error: 'is missing: any JSON, null for nothing',
              abort: true,
            }),
            z.refine(isSmall, { error: `must have at most ${maxPresenceBytes} bytes as JSON` }),
          ),
          'What to show with one’s presence: any JSON, `null` for nothing more.',
        ),
      }),
      answer: z.object({}),
      documentation:
        'Shows data with one’s presence on a topic that the connection is subscribed to, until it leaves. Of several devices’ data the latest is shown.',
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
          data: described(
            z.optional(z.array(z.object({ userId: userId('Who shows it.'), data }))),
            'What users show of themselves that is new, each with the whole of it.',
          ),
        }),
        z.object({ count }),
      ]),
      documentation:
        'Who subscribed to the topic and who left it; of more than 200 users, only how many there are.',
    }),
  },
  examples: { joined: ['carla'], left: ['sam'], 'presence.data': { status: 'away' } },
});

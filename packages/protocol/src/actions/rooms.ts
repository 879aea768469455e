import * as z from 'zod/mini';
import { action, described, event, position, text, userId } from '../contract.ts';

export const roomSend = action({
  name: 'room.send',
  group: 'domain',
  roles: 'any',
  topic: 'room',
  payload: z.object({ body: text(31_000, 'What it says.') }),
  answer: z.object(position),
  documentation:
    'Sends to a room that the connection is subscribed to. All get it but the sending connection, which has its `seq` from the ack.',
});

const count = described(z.int(), 'How many users are there.');

export const presenceGet = action({
  name: 'presence.get',
  group: 'domain',
  roles: 'any',
  topic: 'room',
  payload: z.object({}),
  answer: z.union([
    z.object({
      users: z.array(
        z.object({
          userId: userId('Who is there.'),
          devices: described(z.int(), 'With how many connections.'),
        }),
      ),
      away: described(
        z.optional(z.array(userId('Who is away for a moment.'))),
        'Who has been away for less than 15 s: the room is not told when they are back, and is told when they have left.',
      ),
    }),
    z.object({ count, away: described(z.optional(z.int()), 'How many have been away for less than 15 s.') }),
  ]),
  documentation:
    'Who is in a room: each user once, however many devices. Of more than 200 users, only how many.',
});

export const roomEvents = {
  message: event({
    type: 'room.message',
    mode: 'log',
    topics: ['room:<id>'],
    payload: z.object({ body: z.string() }),
    documentation: 'A message in a room; `from` is who sent it.',
  }),
  presence: event({
    type: 'presence',
    mode: 'ephemeral',
    topics: ['room:<id>'],
    payload: z.union([
      z.object({
        joined: described(z.array(z.string()), 'The users who came, each with its first device.'),
        left: described(z.array(z.string()), 'The users whose last device has been away for 15 s.'),
        count,
      }),
      z.object({ count }),
    ]),
    documentation: 'Who came into a room and who left it; of more than 200 users, only how many there are.',
  }),
};

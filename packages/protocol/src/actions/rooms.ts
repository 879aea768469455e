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

export const presenceGet = action({
  name: 'presence.get',
  group: 'domain',
  roles: 'any',
  topic: 'room',
  payload: z.object({}),
  answer: z.object({
    users: z.array(
      z.object({
        userId: userId('Who is there.'),
        devices: described(z.int(), 'With how many connections.'),
      }),
    ),
  }),
  documentation: 'Who is in a room: each user once, however many devices.',
});

export const roomEvents = {
  message: event({
    type: 'room.message',
    mode: 'log',
    topics: ['room:<id>'],
    payload: z.object({ body: z.string() }),
    documentation: 'A message in a room; `from` is who sent it.',
  }),
};

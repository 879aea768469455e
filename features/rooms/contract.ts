import { action, contract, described, event, position, text, topic } from '@tidings/protocol';
import * as z from 'zod/mini';

/** @param who who may subscribe, in words, for the documents. */
export const roomContract = (who: string) =>
  contract({
    topics: {
      room: topic({
        id: { shape: 'id', example: 'lobby' },
        who,
        presence: true,
        history: true,
        documentation: 'A place to talk in, and to see who else is there.',
      }),
    },
    actions: {
      'room.send': action({
        roles: 'any',
        topic: 'room',
        payload: z.object({ body: text(31_000, 'What it says.') }),
        answer: z.object(position),
        documentation:
          'Sends to a room that the connection is subscribed to. All get it but the sending connection, which has its `seq` from the ack.',
      }),
    },
    events: {
      'room.message': event({
        topics: ['room:<id>'],
        payload: z.object({ body: described(z.string(), 'What it says.') }),
        documentation: 'A message in a room; `from` is who sent it.',
      }),
    },
    examples: { 'room.body': 'Good morning', 'hello.topic': 'room:lobby' },
  });

export type RoomContract = ReturnType<typeof roomContract>;

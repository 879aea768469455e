import { action, contract, described, event, id, position, text, topic } from '@tidings/protocol';
import * as z from 'zod/mini';
import { publish } from '../../../core/delivery/publish.ts';
import { feature } from '../../../core/feature.ts';
import { topicKind } from '../../../core/topics.ts';
import { features as shipped } from '../../../features/index.ts';

const note = text(500, 'What to remember.');

interface Notes {
  readonly pinned: readonly string[];
}

const noteTopics = topicKind<Notes>({
  name: 'notes',
  maySubscribe: (who) => who.roles.includes('msp'),
  initial: { pinned: [] },
  snapshot: ({ pinned }) => ({ pinned }),
});

/** Notes that the staff pins to a client. */
const notes = feature({
  name: 'notes',
  contract: contract({
    topics: {
      notes: topic({
        id: { shape: 'id', example: 'acme' },
        who: 'msp',
        snapshot: z.object({ pinned: described(z.array(note), 'The newest 20, newest first.') }),
        documentation: 'The notes that are pinned to one client.',
      }),
    },
    actions: {
      'note.pin': action({
        roles: ['msp'],
        payload: z.object({ clientId: id('The client.'), note }),
        answer: z.object(position),
        documentation: 'Pins a note to a client.',
      }),
    },
    events: {
      'note.pinned': event({
        topics: ['notes:<id>'],
        payload: z.object({ note }),
        documentation: 'A note was pinned.',
      }),
    },
    examples: { note: 'likes tea' },
  }),
  topics: [noteTopics],
  actions: {
    'note.pin': (call) => {
      const { clientId, note: pinned } = call.payload;
      return publish(call, {
        topic: noteTopics.of(clientId),
        decide: (before: Notes) => ({
          event: { type: 'note.pinned', payload: { note: pinned } },
          state: { pinned: [pinned, ...before.pinned].slice(0, 20) },
          answer: {},
        }),
      });
    },
  },
});

export const features = [...shipped, notes];

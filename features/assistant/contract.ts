import { action, contract, described, event, id, text, topic } from '@tidings/protocol';
import * as z from 'zod/mini';

const streamId = id('The answer.');
const conversationId = id('The conversation; its topic is `conversation:<id>`.');

const status = z.enum(['complete', 'cancelled', 'error']);

/** What was said once. */
const turn = z.object({
  role: z.enum(['user', 'assistant']),
  text: z.string(),
  streamId: described(z.optional(z.string()), 'Of an answer: which one it is.'),
  status: described(z.optional(status), 'Of an answer: how it ended.'),
});

export const assistantContract = contract({
  topics: {
    conversation: topic({
      id: { shape: 'id', example: 'c-1' },
      who: 'its owner',
      snapshot: z.object({
        turns: z.array(turn),
        stream: z.optional(z.object({ streamId, text: z.string(), idx: z.int() })),
      }),
      documentation: 'A conversation with the assistant. Who asks is joined to it.',
    }),
  },
  actions: {
    'assistant.ask': action({
      roles: 'any',
      payload: z.object({
        conversationId: z.optional(conversationId),
        text: text(4000, 'What to answer.'),
      }),
      answer: z.object({ conversationId, streamId }),
      documentation:
        'Asks the assistant. The answer comes on `conversation:<id>`, which the connection is joined to. Without a `conversationId` a new one begins.',
    }),
    'assistant.cancel': action({
      roles: 'any',
      payload: z.object({ streamId }),
      answer: z.object({
        streamId,
        already: described(z.optional(z.literal(true)), 'The answer was over; nothing changed.'),
      }),
      documentation:
        'Ends an answer that is under way. What came of it until then stays in the conversation.',
    }),
  },
  events: {
    'stream.start': event({
      topics: ['conversation:<id>'],
      payload: z.object({ streamId, text: described(z.string(), 'What was asked.') }),
      documentation: 'An answer begins.',
    }),
    'stream.delta': event({
      mode: 'ephemeral',
      topics: ['conversation:<id>'],
      payload: z.object({
        streamId,
        idx: described(z.int().check(z.minimum(0)), 'Counts the pieces of this answer, from 0.'),
        delta: described(z.string(), 'What to add to the text.'),
      }),
      documentation: 'A piece of an answer. Not kept: `stream.end` has the whole text.',
    }),
    'stream.end': event({
      topics: ['conversation:<id>'],
      payload: z.object({
        streamId,
        status: described(status, 'What became of it.'),
        text: described(z.string(), 'The whole answer, as far as it came.'),
      }),
      documentation: 'An answer is over: the one event that ends it, whatever became of it.',
    }),
  },
  examples: {
    conversationId: 'c-1',
    delta: 'On Fri',
    idx: 0,
    'stream.end.text': 'On Friday.',
    text: 'When does my certificate end?',
  },
});

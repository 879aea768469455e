import * as z from 'zod/mini';
import { action, described, event, id, text } from '../contract.ts';

const streamId = id('The answer.');
const conversationId = id('The conversation; its topic is `conversation:<id>`.');

export const assistantAsk = action({
  name: 'assistant.ask',
  group: 'domain',
  roles: 'any',
  topic: 'none',
  payload: z.object({
    conversationId: z.optional(conversationId),
    text: text(4000, 'What to answer.'),
  }),
  answer: z.object({ conversationId, streamId }),
  documentation:
    'Asks the assistant. The answer comes on `conversation:<id>`, which the connection is joined to. Without a `conversationId` a new one begins.',
});

export const assistantCancel = action({
  name: 'assistant.cancel',
  group: 'domain',
  roles: 'any',
  topic: 'none',
  payload: z.object({ streamId }),
  answer: z.object({
    streamId,
    already: described(z.optional(z.literal(true)), 'The answer was over; nothing changed.'),
  }),
  documentation: 'Ends an answer that is under way. What came of it until then stays in the conversation.',
});

export const assistantEvents = {
  start: event({
    type: 'stream.start',
    mode: 'log',
    topics: ['conversation:<id>'],
    payload: z.object({ streamId, text: described(z.string(), 'What was asked.') }),
    documentation: 'An answer begins.',
  }),
  delta: event({
    type: 'stream.delta',
    mode: 'ephemeral',
    topics: ['conversation:<id>'],
    payload: z.object({
      streamId,
      idx: described(z.int().check(z.minimum(0)), 'Counts the pieces of this answer, from 0.'),
      delta: described(z.string(), 'What to add to the text.'),
    }),
    documentation: 'A piece of an answer. Not kept: `stream.end` has the whole text.',
  }),
  end: event({
    type: 'stream.end',
    mode: 'log',
    topics: ['conversation:<id>'],
    payload: z.object({
      streamId,
      status: z.enum(['complete', 'cancelled', 'error']),
      text: described(z.string(), 'The whole answer, as far as it came.'),
    }),
    documentation: 'An answer is over: the one event that ends it, whatever became of it.',
  }),
};

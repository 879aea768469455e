import { action, anyObject, contract, described, event, id, text } from '@tidings/protocol';
import * as z from 'zod/mini';

const jobId = id('The job.');
const kind = text(64, 'What kind of work it is: `translate`, `engagement.report`, or one of your own.');
const output = described(z.optional(z.unknown()), 'What came of it, where it is `done`.');
const error = described(
  z.optional(
    z.object({
      code: described(z.string(), 'One of the error codes.'),
      message: described(z.string(), 'What went wrong, for people.'),
    }),
  ),
  'Why it is `failed`, where it is.',
);

export const jobContract = contract({
  actions: {
    'job.submit': action({
      roles: 'any',
      payload: z.object({
        kind,
        input: described(anyObject(), 'What the kind asks for.'),
      }),
      answer: z.object({ jobId, kind, status: z.literal('queued') }),
      documentation:
        'Takes work on that is done in the background. The ack means that it will be done; `job.result` follows on the user’s feed.',
    }),
    'job.get': action({
      roles: 'any',
      payload: z.object({ jobId }),
      answer: z.object({
        jobId,
        kind,
        status: described(z.enum(['queued', 'running', 'done', 'failed']), 'How far it is.'),
        submittedAt: described(z.number(), 'Milliseconds since 1970, UTC.'),
        finishedAt: described(z.optional(z.number()), 'Milliseconds since 1970, UTC.'),
        output,
        error,
      }),
      documentation: 'Reads a job. Only who submitted it may; it is kept for 7 days.',
    }),
  },
  events: {
    'job.progress': event({
      mode: 'ephemeral',
      topics: ['user:me'],
      payload: z.object({
        jobId,
        status: z.literal('running'),
        progress: described(
          z.number().check(z.minimum(0), z.maximum(1)),
          'How much of it is done: from 0 to 1.',
        ),
      }),
      documentation: 'A job got on. Only for who is connected.',
    }),
    'job.result': event({
      topics: ['user:me'],
      payload: z.object({
        jobId,
        kind,
        status: described(z.enum(['done', 'failed']), 'What became of it.'),
        output,
        error,
      }),
      documentation: 'A job is over: the one event that ends it, whatever became of it.',
    }),
  },
  examples: {
    'job.input': { text: 'hello', to: 'es' },
    'job.status': 'done',
    'job.kind': 'translate',
    'job.output': { text: 'hola', to: 'es' },
    progress: 0.5,
    submittedAt: 1_767_254_400_000,
    finishedAt: 1_767_254_400_000,
  },
});

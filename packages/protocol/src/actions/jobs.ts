import * as z from 'zod/mini';
import { action, anyObject, described, event, id, text } from '../contract.ts';

const jobId = id('The job.');
const kind = text(64, 'What kind of work it is: `translate`, `engagement.report`, or one of your own.');
const output = described(z.optional(z.unknown()), 'What came of it, where it is `done`.');
const error = described(
  z.optional(z.object({ code: z.string(), message: z.string() })),
  'Why it is `failed`, where it is.',
);

export const jobSubmit = action({
  name: 'job.submit',
  group: 'domain',
  roles: 'any',
  topic: 'none',
  payload: z.object({
    kind,
    input: described(anyObject(), 'What the kind asks for.'),
  }),
  answer: z.object({ jobId, kind, status: z.literal('queued') }),
  documentation:
    'Takes work on that is done in the background. The ack means that it will be done; `job.result` follows on the user’s feed.',
});

export const jobGet = action({
  name: 'job.get',
  group: 'domain',
  roles: 'any',
  topic: 'none',
  payload: z.object({ jobId }),
  answer: z.object({
    jobId,
    kind,
    status: z.enum(['queued', 'running', 'done', 'failed']),
    submittedAt: described(z.number(), 'Milliseconds since 1970, UTC.'),
    finishedAt: described(z.optional(z.number()), 'Milliseconds since 1970, UTC.'),
    output,
    error,
  }),
  documentation: 'Reads a job. Only who submitted it may; it is kept for 7 days.',
});

export const jobEvents = {
  progress: event({
    type: 'job.progress',
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
  result: event({
    type: 'job.result',
    mode: 'log',
    topics: ['user:me'],
    payload: z.object({ jobId, kind, status: z.enum(['done', 'failed']), output, error }),
    documentation: 'A job is over: the one event that ends it, whatever became of it.',
  }),
};

import * as z from 'zod/mini';
import { described, position } from '../src/contract.ts';
import { disconnectRules, errorRules } from '../src/errors.ts';

const codeOf = (table: object) => Object.keys(table) as [string, ...string[]];

const retryAfterMs = described(
  z.optional(z.int().check(z.minimum(0))),
  'After how many milliseconds it may succeed.',
);

/** The payload of an `error` frame. */
export const errorPayload = z.object({
  code: described(z.enum(codeOf(errorRules)), 'What went wrong, for programs: one of the error codes.'),
  message: described(z.string(), 'What went wrong, for people.'),
  retryable: described(z.boolean(), 'Whether the same request may succeed later, unchanged.'),
  retryAfterMs,
  details: described(
    z.optional(
      z.array(
        z.object({
          path: described(z.string(), 'Where: `payload.date`, `topic`.'),
          message: described(z.string(), 'What should be there.'),
        }),
      ),
    ),
    'Each wrong field.',
  ),
});

/** A frame of the server that is neither the answer of one action nor an event. */
export interface ControlFrame {
  readonly type: string;
  readonly documentation: string;
  /** What it carries besides its type and payload. */
  readonly carries: readonly ('ref' | 'topic' | 'ts')[];
  readonly payload?: z.ZodMiniType;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

export const controlFrames: readonly ControlFrame[] = [
  {
    type: 'error',
    documentation:
      'Answers a request that was refused or failed. The connection stays open. An unexpected error is `internal`, with the id of the request as its message.',
    carries: ['ref', 'ts'],
    payload: errorPayload,
    examples: [
      {
        ref: '1',
        ts: 1_767_254_400_000,
        payload: {
          code: 'validation_failed',
          message: 'payload.score: Too big: expected number to be <=100',
          retryable: false,
          details: [{ path: 'payload.score', message: 'Too big: expected number to be <=100' }],
        },
      },
    ],
  },
  {
    type: 'disconnect',
    documentation: 'Says why the server closes the connection. The socket itself then closes with 1000.',
    carries: [],
    payload: z.object({
      code: described(
        z.union(codeOf(disconnectRules).map((code) => z.literal(Number(code)))),
        'Why: one of the codes of a close.',
      ),
      reason: described(z.string(), 'Why, for people.'),
      reconnect: described(
        z.enum(['now', 'backoff', 'refresh', 'never']),
        'What to do: connect again at once, after a while, with a new token, or not at all.',
      ),
      retryAfterMs,
    }),
    examples: [{ payload: { code: 4401, reason: 'The token expired.', reconnect: 'refresh' } }],
  },
  {
    type: 'resync',
    documentation:
      'Frames of this topic were not delivered to the connection: subscribe to it with the `since` that you have.',
    carries: ['topic'],
    payload: z.object(position),
    examples: [{ payload: { epoch: 'e5k2m9', seq: 7 } }],
  },
  {
    type: 'batch',
    documentation:
      'Frames of topics that travel as one, to a connection that asked for it: `features: ["batch"]` in `hello`, or `features=batch` in the address. Each is what it would have been by itself.',
    carries: ['ts'],
    payload: z.object({
      frames: described(
        z.array(z.looseObject({})),
        'The frames; those of a topic are in the order of their commits.',
      ),
      skipped: described(
        z.optional(
          z.record(
            z.string(),
            z.object({
              epoch: position.epoch,
              ranges: described(
                z.array(z.array(z.int())),
                'The first and the last number of each range that was left out.',
              ),
            }),
          ),
        ),
        'By topic, the events that were left out, since later ones take their places: no gap.',
      ),
    }),
    examples: [
      {
        ts: 1_767_254_400_000,
        payload: {
          frames: [
            {
              type: 'interaction',
              topic: 'client:acme',
              epoch: 'e5k2m9',
              seq: 7,
              id: 'n0c4r1',
              ts: 1_767_254_399_950,
              payload: { clientId: 'acme', kind: 'call', by: 1, total: 3, totals: { call: 3 } },
            },
          ],
        },
      },
    ],
  },
  {
    type: 'unsubscribed',
    documentation: 'The renewed token no longer allows this topic, and the connection has left it.',
    carries: ['topic'],
    payload: z.object({ code: described(z.enum(codeOf(errorRules)), 'Why: one of the error codes.') }),
    examples: [{ payload: { code: 'forbidden' } }],
  },
  {
    type: 'pong',
    documentation: 'Answers `ping`, without a function being run.',
    carries: ['ts'],
    examples: [{ ts: 1_767_254_400_000 }],
  },
  {
    type: 'fanout.complete',
    documentation:
      "The fan-out of a request is over. For tests: only where the stage sets `completions`, to the request's sender. It may precede the `ack`.",
    carries: ['ref'],
    payload: z.object({
      delivered: described(z.int(), 'Frames that were taken, each of a batch by itself.'),
      gone: described(z.int(), 'Frames to connections that turned out to be closed.'),
      queued: described(z.int(), 'Work units that went through the queue.'),
    }),
    examples: [{ ref: '1', payload: { delivered: 3, gone: 0, queued: 0 } }],
  },
];

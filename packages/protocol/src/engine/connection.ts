import * as z from 'zod/mini';
import { action, contract, described, position } from '../contract.ts';

const since = described(
  z.object({
    epoch: z.optional(position.epoch),
    seq: z.optional(position.seq),
    at: described(
      z.optional(z.number().check(z.minimum(0))),
      'For `client:*`, which has no numbers: milliseconds since 1970.',
    ),
  }),
  'Where the client has got to.',
);

const subscribedPayload = z.object({
  epoch: z.optional(position.epoch),
  seq: z.optional(position.seq),
  at: described(z.optional(z.number()), 'For `client:*`: what to give as `since.at` the next time.'),
  recovered: described(
    z.boolean(),
    'Whether `events` is all that was missed since the `since` that was given.',
  ),
  snapshot: described(
    z.optional(z.looseObject({})),
    'The state at exactly this `seq`, where the topic has one.',
  ),
  events: described(
    z.optional(z.array(z.looseObject({}))),
    'The frames that were missed, or the `last` ones, oldest first.',
  ),
  more: described(z.optional(z.boolean()), 'There are more: subscribe again from this `seq`.'),
});

export const connectionContract = contract({
  actions: {
    subscribe: action({
      group: 'connection',
      roles: 'any',
      topic: 'any',
      reply: 'subscribed',
      payload: z.object({
        since: z.optional(since),
        cursor: described(
          z.optional(z.string().check(z.maxLength(1024))),
          'The next page of a long snapshot.',
        ),
        last: described(
          z.optional(z.int().check(z.minimum(1), z.maximum(50))),
          'In place of `since`, where the kind keeps history: so many of the last events.',
        ),
      }),
      answer: subscribedPayload,
      documentation: 'Joins the connection to a topic and brings it up to date. Answered by `subscribed`.',
    }),
    unsubscribe: action({
      group: 'connection',
      roles: 'any',
      topic: 'any',
      payload: z.object({}),
      answer: z.object({}),
      documentation: 'Leaves a topic: nothing that is committed after the ack is sent.',
    }),
    hello: action({
      group: 'connection',
      roles: 'any',
      payload: z.object({
        v: described(z.int(), 'The version of the protocol: 1.'),
        clientId: described(
          z.optional(z.string().check(z.maxLength(64))),
          'The client’s own name of this device or tab.',
        ),
        subs: described(
          z.optional(
            z
              .array(
                z.object({
                  topic: described(
                    z.string().check(z.maxLength(80)),
                    'A topic that the caller may subscribe to.',
                  ),
                  since: z.optional(since),
                }),
              )
              .check(z.maxLength(100)),
          ),
          'The topics to recover, each with where the client has got to.',
        ),
        feeds: described(
          z.optional(z.array(z.string().check(z.maxLength(80))).check(z.maxLength(100))),
          'The feeds that the client wants, in the place of all of its own: the others are left.',
        ),
        features: described(
          z.optional(z.array(z.string()).check(z.maxLength(32))),
          'Optional behaviour that the client asks for.',
        ),
      }),
      answer: z.object({
        connectionId: described(z.string(), 'The connection, as the server names it.'),
        userId: described(z.string(), "The caller: the token's `sub`."),
        tenant: described(z.string(), 'The tenant, out of the token.'),
        roles: described(z.array(z.string()), 'The roles, out of the token.'),
        expiresAt: described(z.number(), 'When the token expires: milliseconds since 1970, UTC.'),
        rotateAfterMs: described(
          z.number(),
          'After how long to open a new connection before this one is cut.',
        ),
        heartbeatMs: described(
          z.number(),
          'How often to ping, so that neither side takes the other for dead.',
        ),
        limits: described(
          z.looseObject({}),
          "The stage's limits by their settings' names: frameBytes, topicsPerConnection, bookingsPerUser and others.",
        ),
        subs: described(
          z.array(z.looseObject({ topic: described(z.string(), 'What the entry is about.') })),
          'A `subscribed` payload with its topic for each topic that was asked for, or its `error`; and the position of every other feed.',
        ),
      }),
      documentation:
        'Recovers everything in one round trip; `subs` of the answer also lists each feed with its head.',
    }),
    sync: action({
      group: 'connection',
      roles: 'any',
      payload: z.object({
        heads: described(
          z
            .record(
              z.string(),
              z.union([position.seq, since], { error: 'must be a seq, {epoch, seq}, or for client:* {at}' }),
            )
            .check(
              z.refine((heads) => Object.keys(heads).length <= 200, {
                error: 'must name 200 topics at most',
              }),
            ),
          'Where the client has got to, by topic: a `seq`, or `{epoch, seq}`.',
        ),
      }),
      answer: z.object({
        behind: described(
          z.record(
            z.string(),
            z.object({
              epoch: described(z.nullable(z.string()), 'Which numbering `seq` belongs to.'),
              seq: described(z.int(), 'The number of the newest event.'),
            }),
          ),
          'Where the topics stand that are beyond what the client has, by topic.',
        ),
        more: described(
          z.optional(z.array(z.string())),
          'Topics that were not looked at: ask for them again.',
        ),
      }),
      documentation: 'Names the topics whose head is beyond what the client has: finds a lost last frame.',
    }),
    auth: action({
      group: 'connection',
      roles: 'any',
      payload: z.object({
        token: described(z.string().check(z.minLength(1), z.maxLength(16_384)), 'The new JWT.'),
      }),
      answer: z.object({
        expiresAt: described(z.number(), 'When the token expires: milliseconds since 1970, UTC.'),
      }),
      documentation:
        'Renews the token in place. Feeds that the new one no longer allows are left, each with an `unsubscribed` frame.',
    }),
  },
  examples: { 'hello.feeds': ['user:me', 'tenant'], 'hello.features': ['batch'] },
});

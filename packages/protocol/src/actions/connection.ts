import * as z from 'zod/mini';
import { action, described, position } from '../contract.ts';

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
  recovered: described(z.boolean(), 'Whether `events` is all that was missed.'),
  snapshot: described(
    z.optional(z.looseObject({})),
    'The state at exactly this `seq`, where the topic has one.',
  ),
  events: described(z.optional(z.array(z.looseObject({}))), 'The frames that were missed, oldest first.'),
  more: described(z.optional(z.boolean()), 'There are more: subscribe again from this `seq`.'),
});

export const subscribe = action({
  name: 'subscribe',
  group: 'connection',
  roles: 'any',
  topic: 'any',
  reply: 'subscribed',
  payload: z.object({
    since: z.optional(since),
    cursor: described(z.optional(z.string().check(z.maxLength(1024))), 'The next page of a long snapshot.'),
  }),
  answer: subscribedPayload,
  documentation: 'Joins the connection to a topic and brings it up to date. Answered by `subscribed`.',
});

export const unsubscribe = action({
  name: 'unsubscribe',
  group: 'connection',
  roles: 'any',
  topic: 'any',
  payload: z.object({}),
  answer: z.object({}),
  documentation: 'Leaves a topic: nothing that is committed after the ack is sent.',
});

export const hello = action({
  name: 'hello',
  group: 'connection',
  roles: 'any',
  topic: 'none',
  payload: z.object({
    v: described(z.int(), 'The version of the protocol: 1.'),
    clientId: described(
      z.optional(z.string().check(z.maxLength(64))),
      'The client’s own name of this device or tab.',
    ),
    subs: z.optional(
      z
        .array(z.object({ topic: z.string().check(z.maxLength(80)), since: z.optional(since) }))
        .check(z.maxLength(100)),
    ),
    features: described(
      z.optional(z.array(z.string()).check(z.maxLength(32))),
      'Optional behaviour that the client asks for.',
    ),
  }),
  answer: z.object({
    connectionId: z.string(),
    userId: z.string(),
    tenant: z.string(),
    roles: z.array(z.string()),
    expiresAt: described(z.number(), 'When the token expires: milliseconds since 1970, UTC.'),
    rotateAfterMs: described(z.number(), 'After how long to open a new connection before this one is cut.'),
    heartbeatMs: described(z.number(), 'How often to ping, so that neither side takes the other for dead.'),
    limits: z.looseObject({}),
    subs: z.array(z.looseObject({ topic: z.string() })),
  }),
  documentation:
    'Recovers everything in one round trip; `subs` of the answer also lists each feed with its head.',
});

export const sync = action({
  name: 'sync',
  group: 'connection',
  roles: 'any',
  topic: 'none',
  payload: z.object({
    heads: z
      .record(
        z.string(),
        z.union([position.seq, since], { error: 'must be a seq, {epoch, seq}, or for client:* {at}' }),
      )
      .check(
        z.refine((heads) => Object.keys(heads).length <= 200, { error: 'must name 200 topics at most' }),
      ),
  }),
  answer: z.object({
    behind: z.record(z.string(), z.object({ epoch: z.nullable(z.string()), seq: z.int() })),
    more: described(z.optional(z.array(z.string())), 'Topics that were not looked at: ask for them again.'),
  }),
  documentation: 'Names the topics whose head is beyond what the client has: finds a lost last frame.',
});

export const auth = action({
  name: 'auth',
  group: 'connection',
  roles: 'any',
  topic: 'none',
  payload: z.object({ token: z.string().check(z.minLength(1), z.maxLength(16_384)) }),
  answer: z.object({ expiresAt: z.number() }),
  documentation:
    'Renews the token in place. Feeds that the new one no longer allows are left, each with an `unsubscribed` frame.',
});

import { action, anyObject, contract, described, name, position, text, userId } from '@tidings/protocol';
import * as z from 'zod/mini';

const admins = ['admin'] as const;

const connection = {
  connectionId: name(128, 'The connection, as its `hello` says.'),
  userId: userId('Whose it is.'),
  roles: described(z.array(z.string()), 'Its roles.'),
};

/** A topic of the tenant, which the caller need not be allowed to follow. */
const asked = {
  topic: described(
    z.string().check(z.minLength(1), z.maxLength(256)),
    'A topic as the wire names it; `user:me` is the feed of the `userId`.',
  ),
  userId: z.optional(userId('Whose feed `user:me` is; the caller’s own if absent.')),
};
const isOfUser = z.refine<{ topic: string; userId?: string | undefined }>(
  ({ topic, userId: whose }) => whose === undefined || topic === 'user:me',
  { error: 'is for user:me alone', path: ['userId'] },
);

const named = {
  topic: described(z.string(), 'The topic as the wire names it.'),
  userId: z.optional(userId('Whose feed it is, where that is `user:me`.')),
};

const at = {
  epoch: described(
    z.nullable(position.epoch),
    'Which numbering `seq` belongs to; `null`: nothing is stored of the topic, or it has no numbers of its own (`client:*`).',
  ),
  seq: described(z.int(), 'The number of its newest event.'),
};
const updatedAt = described(
  z.number(),
  'When its newest event was committed, or it began: milliseconds since 1970, UTC.',
);

const page = {
  limit: described(z.optional(z.int().check(z.minimum(1), z.maximum(100))), '50 if absent.'),
  cursor: described(
    z.optional(
      z.string().check(z.regex(/^[\x21-\x7e]{1,700}$/, 'must come from an answer to the same question')),
    ),
    'From the answer before: the page after it.',
  ),
};
const cursor = described(z.optional(z.string()), 'There may be more. Absent on the last page.');

const logEntry = z.object({
  seq: position.seq,
  id: described(z.string(), 'The event’s own id.'),
  type: described(z.string(), 'What happened.'),
  ts: described(z.number(), 'When: milliseconds since 1970, UTC.'),
  from: described(z.optional(z.string()), 'Who caused it.'),
  bytes: described(z.int(), 'The size of its frame.'),
  payload: described(z.optional(anyObject()), 'Only where the caller itself may subscribe to the topic.'),
});

/** What an admin may see of a tenant: who is connected, and what is stored of its topics, never what is in them. */
export const consoleContract = contract({
  actions: {
    'connections.list': action({
      roles: admins,
      payload: z.object({
        userId: z.optional(userId('Only this user’s.')),
        role: described(z.optional(z.string().check(z.maxLength(32))), 'Only those that hold it.'),
        ...page,
      }),
      answer: z.object({
        connections: described(
          z.array(
            z.object({
              ...connection,
              connectedAt: described(
                z.number(),
                'When it was opened, to the second: milliseconds since 1970, UTC.',
              ),
            }),
          ),
          'The connections of this page, in the order of their users.',
        ),
        cursor,
      }),
      documentation:
        'The tenant’s open connections. A page may hold fewer than `limit`, or none, and yet have a `cursor`.',
    }),
    'connection.describe': action({
      roles: admins,
      payload: z.object({ connectionId: connection.connectionId }),
      answer: z.object({
        ...connection,
        clients: described(z.array(z.string()), 'The clients that its user belongs to.'),
        connectedAt: described(z.number(), 'When it was opened: milliseconds since 1970, UTC.'),
        expiresAt: described(z.number(), 'When its token expires: milliseconds since 1970, UTC.'),
        topics: described(z.array(z.string()), 'What it is subscribed to, as the wire names it.'),
        features: described(z.array(z.string()), 'Optional behaviour that its client asked for.'),
      }),
      documentation: 'One open connection of the tenant, and what it follows.',
    }),
    'topic.list': action({
      roles: admins,
      payload: z.object({
        kind: text(32, 'A kind of topic: `room`, or `user` for users’ own feeds.'),
        ...page,
      }),
      answer: z.object({
        topics: described(
          z.array(z.object({ ...named, epoch: position.epoch, seq: at.seq, updatedAt })),
          'The topics of this page, in the order of their ids.',
        ),
        cursor,
      }),
      documentation: 'The topics of a kind that something is stored of.',
    }),
    'topic.describe': action({
      roles: admins,
      payload: z.object(asked).check(isOfUser),
      answer: z.object({
        ...named,
        ...at,
        updatedAt: z.optional(updatedAt),
        followers: described(z.int(), 'Connections that follow it by its name; at most 10,000 are counted.'),
        followersOfAll: described(
          z.optional(z.int()),
          'Those that follow all topics of the kind as one, and so this one too; counted in the same way. Some may do both.',
        ),
        retainedMs: described(z.number(), 'How long its events can be asked for.'),
        maySubscribe: described(z.boolean(), 'Whether the caller itself may subscribe to it.'),
      }),
      documentation: 'What is stored of a topic, and how many follow it.',
    }),
    'topic.followers': action({
      roles: admins,
      payload: z.object({ ...asked, ...page }).check(isOfUser),
      answer: z.object({
        followers: described(z.array(z.object(connection)), 'The connections of this page.'),
        cursor,
      }),
      documentation:
        'The connections that follow a topic by its name. Those that follow all of a kind follow `client:*`.',
    }),
    'topic.log': action({
      roles: admins,
      payload: z
        .object({
          ...asked,
          before: described(z.optional(z.int().check(z.minimum(1))), 'Only events before this `seq`.'),
          limit: page.limit,
        })
        .check(isOfUser),
      answer: z.object({
        events: described(z.array(logEntry), 'The newest first.'),
        epoch: at.epoch,
        more: described(z.boolean(), 'There may be older ones: ask again `before` the last of these.'),
      }),
      documentation:
        'The events of a topic that are kept: what they are, when, and from whom. What is in them only to who may subscribe to the topic.',
    }),
  },
  examples: {
    connectedAt: 1_767_250_800_000,
    'connections.role': 'msp',
    'connection.topics': ['user:me', 'tenant'],
    followersOfAll: 0,
    retainedMs: 604_800_000,
    'topic.before': 8,
    'topic.bytes': 148,
    'topic.describe.followers': 2,
    'topic.kind': 'user',
    'topic.payload': { body: 'Good morning' },
    'topic.topic': 'user:me',
    'topic.ts': 1_767_254_400_000,
    'topic.type': 'message',
    updatedAt: 1_767_254_400_000,
  },
});

import { action, contract, described, event, id, idPattern, position, text, topic } from '@tidings/protocol';
import * as z from 'zod/mini';

const totals = described(
  z.record(z.string(), z.number()),
  'How often each kind of interaction was recorded.',
);

const kind = described(
  z.string().check(z.regex(idPattern, 'must be 1 to 64 of letters, digits, "_" and "-"')),
  'What happened: `login`, `page_view`, `call` …',
);

const engagement = {
  clientId: id('The client.'),
  status: described(z.nullable(z.string()), 'Where the engagement stands, in words of your own.'),
  score: described(z.nullable(z.number()), 'From 0 to 100.'),
  note: described(z.nullable(z.string()), 'A remark.'),
  updatedAt: described(z.nullable(z.number()), 'Milliseconds since 1970, UTC; null before the first update.'),
  version: described(z.int(), 'How often the engagement was updated.'),
};

const { clientId: _, ...ofOneClient } = engagement;

const snapshot = z.object({ clientId: engagement.clientId, engagement: z.object(ofOneClient), totals });

export const engagementContract = contract({
  topics: {
    msp: topic({ who: 'msp', feedOf: 'msp', documentation: "What concerns the provider's staff." }),
    client: topic({
      id: { shape: 'id', example: 'acme' },
      who: "the client's own users, msp",
      feedOf: "the client's own users",
      snapshot,
      documentation: 'What happens with one client: interactions, its engagement, alerts.',
      all: {
        who: 'msp',
        feedOf: 'msp',
        snapshot: z.object({
          clients: z.array(z.object({ ...snapshot.shape, ...position, updatedAt: z.number() })),
          cursor: z.optional(z.string()),
        }),
        documentation:
          'The frames of every client topic of the tenant. It has no numbers of its own: each frame names its own topic, epoch and seq.',
      },
    }),
  },
  actions: {
    'interaction.record': action({
      roles: ['client', 'msp', 'service'],
      payload: z.object({
        clientId: engagement.clientId,
        kind,
        by: described(
          z.optional(z.int().check(z.minimum(1), z.maximum(1000))),
          'How often it happened; 1 if absent.',
        ),
      }),
      answer: z.object({
        total: described(z.int(), 'The counter of this kind, after this interaction.'),
        ...position,
      }),
      documentation:
        "Adds to a client's counter of that kind, once per `ref`. A client's users may record for their own client only.",
    }),
    'interaction.forget': action({
      roles: ['msp', 'service'],
      payload: z.object({ clientId: engagement.clientId, kind }),
      answer: z.object(position),
      documentation:
        'Removes a kind of interaction and its counter, so that there is room for another. It begins at 0 when it is recorded again.',
    }),
    'engagement.update': action({
      roles: ['msp', 'service'],
      payload: z.object({
        clientId: engagement.clientId,
        status: z.optional(text(64, 'Where the engagement stands.')),
        score: z.optional(
          described(z.number().check(z.minimum(0), z.maximum(100)), 'From 0 to 100, kept to six decimals.'),
        ),
        note: z.optional(described(z.string().check(z.maxLength(2000)), 'A remark.')),
      }),
      answer: z.object({ version: engagement.version, ...position }),
      documentation: "Stores a client's engagement. Fields that are not named keep their value.",
    }),
    'engagement.get': action({
      roles: ['client', 'msp'],
      payload: z.object({ clientId: engagement.clientId }),
      answer: z.object({ ...engagement, totals }),
      documentation:
        "Reads a client's engagement and totals. Whoever may subscribe to `client:<id>` may read it.",
    }),
  },
  events: {
    interaction: event({
      topics: ['client:<id>'],
      payload: z.object({
        clientId: engagement.clientId,
        kind: described(z.string(), 'What happened.'),
        by: described(z.int(), 'How often it happened.'),
        total: described(z.int(), 'The counter of this kind, after this interaction.'),
        totals,
      }),
      documentation: 'An interaction of a client was recorded.',
    }),
    'interaction.forgotten': event({
      topics: ['client:<id>'],
      payload: z.object({
        clientId: engagement.clientId,
        kind: described(z.string(), 'What is not counted any more.'),
        totals,
      }),
      documentation: 'A kind of interaction was removed; the totals are those that are left.',
    }),
    engagement: event({
      topics: ['client:<id>'],
      payload: z.object(engagement),
      documentation: "A client's engagement was updated; the payload is the whole of it.",
    }),
  },
  examples: {
    by: 1,
    clientId: 'acme',
    'stats.byRole': { msp: 1 },
    kind: 'login',
    note: 'Renewal is due in March',
    score: 80,
    status: 'active',
    total: 12,
    totals: { login: 12 },
    updatedAt: 1_767_254_400_000,
  },
});

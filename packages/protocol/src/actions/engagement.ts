import * as z from 'zod/mini';
import { action, described, event, id, position, text } from '../contract.ts';
import { idPattern } from '../topics.ts';

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

export const interactionRecord = action({
  name: 'interaction.record',
  group: 'domain',
  roles: ['client', 'msp', 'service'],
  topic: 'none',
  payload: z.object({
    clientId: engagement.clientId,
    kind,
    by: described(
      z.optional(z.int().check(z.minimum(1), z.maximum(1000))),
      'How often it happened; 1 if absent.',
    ),
  }),
  answer: z.object({ total: z.int(), ...position }),
  documentation:
    "Adds to a client's counter of that kind, once per `ref`. A client's users may record for their own client only.",
});

export const interactionForget = action({
  name: 'interaction.forget',
  group: 'domain',
  roles: ['msp', 'service'],
  topic: 'none',
  payload: z.object({ clientId: engagement.clientId, kind }),
  answer: z.object(position),
  documentation:
    'Removes a kind of interaction and its counter, so that there is room for another. It begins at 0 when it is recorded again.',
});

export const engagementUpdate = action({
  name: 'engagement.update',
  group: 'domain',
  roles: ['msp', 'service'],
  topic: 'none',
  payload: z.object({
    clientId: engagement.clientId,
    status: z.optional(text(64, 'Where the engagement stands.')),
    score: z.optional(
      described(z.number().check(z.minimum(0), z.maximum(100)), 'From 0 to 100, kept to six decimals.'),
    ),
    note: z.optional(described(z.string().check(z.maxLength(2000)), 'A remark.')),
  }),
  answer: z.object({ version: z.int(), ...position }),
  documentation: "Stores a client's engagement. Fields that are not named keep their value.",
});

export const engagementGet = action({
  name: 'engagement.get',
  group: 'domain',
  roles: ['client', 'msp'],
  topic: 'none',
  payload: z.object({ clientId: engagement.clientId }),
  answer: z.object({ ...engagement, totals }),
  documentation:
    "Reads a client's engagement and totals. Whoever may subscribe to `client:<id>` may read it.",
});

export const engagementEvents = {
  interaction: event({
    type: 'interaction',
    mode: 'log',
    topics: ['client:<id>'],
    payload: z.object({
      clientId: engagement.clientId,
      kind: z.string(),
      by: z.int(),
      total: described(z.int(), 'The counter of this kind, after this interaction.'),
      totals,
    }),
    documentation: 'An interaction of a client was recorded.',
  }),
  forgotten: event({
    type: 'interaction.forgotten',
    mode: 'log',
    topics: ['client:<id>'],
    payload: z.object({
      clientId: engagement.clientId,
      kind: described(z.string(), 'What is not counted any more.'),
      totals,
    }),
    documentation: 'A kind of interaction was removed; the totals are those that are left.',
  }),
  engagement: event({
    type: 'engagement',
    mode: 'log',
    topics: ['client:<id>'],
    payload: z.object(engagement),
    documentation: "A client's engagement was updated; the payload is the whole of it.",
  }),
};

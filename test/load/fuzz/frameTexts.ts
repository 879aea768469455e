import fc from 'fast-check';
import { actionNames } from '../../support/appContracts.ts';

/** Texts that were trouble somewhere: empty, huge, half a character, names that objects have already. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    '\udfff\ud800',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '#',
    '%',
    '%00',
    'HEAD#t#room',
    '\r\nSet-Cookie: a=b',
    '{{constructor}}',
    '$(id)',
    '\u202e',
    'é'.normalize('NFD'),
    'İ',
  ),
  fc
    .constantFrom('x', '漢', '😀', '%', '"', '\\', '[')
    .chain((unit) =>
      fc.constantFrom(63, 64, 65, 255, 256, 257, 1024, 5000).map((length) => unit.repeat(length)),
    ),
);

export const topicText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom('user:me', 'tenant', 'msp', 'client:*', 'client:acme', 'client:globex', 'room:lobby'),
  fc.constantFrom(
    'queue:2026-02-28',
    'queue:2026-02-30',
    'queue:',
    'conversation:c',
    'user:bob',
    'room:',
    ':',
  ),
  fc
    .tuple(fc.constantFrom('room:', 'client:', 'user:', 'tenant:', 'queue:'), hostileText)
    .map((parts) => parts.join('')),
  hostileText,
);

const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  hostileText,
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, -0, 1e308, Number.MAX_SAFE_INTEGER + 2, [], {}),
);

const id = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('acme', 'globex', 'bob', 'ann') },
  { weight: 1, arbitrary: hostileText },
);
const position = fc.record(
  {
    epoch: hostileText,
    seq: fc.oneof(fc.nat(5), fc.maxSafeInteger(), fc.double()),
    at: fc.oneof(fc.double(), fc.integer()),
  },
  { requiredKeys: [] },
);

/** The fields that payloads have, right and wrong. */
const field: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  clientId: id,
  userId: id,
  kind: hostileText,
  by: fc.oneof(fc.integer(), fc.double()),
  status: hostileText,
  score: fc.integer(),
  note: hostileText,
  to: fc.oneof(
    fc.constantFrom({ tenant: true }, { msp: true }),
    fc.record({ clientId: id }),
    fc.record({ userId: id }),
    anything,
  ),
  severity: fc.constantFrom('info', 'warning', 'critical', 'none'),
  title: hostileText,
  body: hostileText,
  dedupeKey: hostileText,
  alertId: hostileText,
  since: position,
  cursor: hostileText,
  v: fc.constantFrom(1, 2, '1'),
  subs: fc.array(fc.record({ topic: topicText, since: position }, { requiredKeys: ['topic'] }), {
    maxLength: 5,
  }),
  heads: fc.dictionary(topicText, fc.oneof(fc.nat(), position), { maxKeys: 5 }),
  token: hostileText,
};

const payload = fc.oneof(
  { weight: 8, arbitrary: fc.record(field, { requiredKeys: [] }) },
  { weight: 1, arbitrary: anything },
);

const frame = fc.record(
  {
    action: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...actionNames) },
      { weight: 1, arbitrary: anything },
    ),
    ref: fc.oneof(
      { weight: 4, arbitrary: fc.stringMatching(/^[a-z]{1,3}$/) },
      { weight: 1, arbitrary: anything },
    ),
    topic: fc.oneof({ weight: 9, arbitrary: topicText }, { weight: 1, arbitrary: anything }),
    payload,
  },
  { requiredKeys: ['action'] },
);

/** A text with some of it cut out, doubled or overwritten. */
const spoilt = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.nat(), fc.nat(20), hostileText).map(([whole, at, length, other]) => {
    const from = at % (whole.length + 1);
    return whole.slice(0, from) + other.slice(0, 40) + whole.slice(from + length);
  });

const nested = fc
  .tuple(fc.constantFrom('[', '{"a":', '"'), fc.integer({ min: 1, max: 5000 }))
  .map(([open, times]) => open.repeat(times));
const written = frame.map((value) => JSON.stringify(value));

/** What somebody may send as a text message. */
export const frameText: fc.Arbitrary<string> = fc.oneof(
  { weight: 10, arbitrary: written },
  { weight: 3, arbitrary: spoilt(written) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
  { weight: 1, arbitrary: hostileText },
  { weight: 1, arbitrary: nested },
);

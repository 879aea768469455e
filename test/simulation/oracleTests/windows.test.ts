import { expect, it } from 'vitest';
import type { Case, Row } from '../oracle/evidence.ts';
import { readAsks, readGots, readTopics } from '../oracle/evidence.ts';
import { judgeLive } from '../oracle/live.ts';

/** When the one event that nobody hears is committed, and its publisher is done. */
const [committedAt, answeredAt] = [100_000, 100_050];
const event = { type: 'e', topic: 'client:c1', epoch: 'x', seq: 7, id: 'e7', from: 'bob', payload: {} };
const logKey = { pk: 'LOG#north#client:c1#x', sk: '000000000007' };
const rows: readonly Row[] = [
  { ...logKey, frame: JSON.stringify(event), at: committedAt },
  { pk: 'REF#north#bob#r', sk: 'REF', log: logKey },
];

type Line = { readonly t: number; readonly k: string; readonly [name: string]: unknown };
/** The function that committed it was never itself at fault. */
const publisher: Line = { t: answeredAt, k: 'run', run: 'message 0', ref: 'r', outcome: 'answered' };

interface Reader {
  readonly features?: readonly string[];
  readonly roles?: readonly string[];
  /** Topics that it asked for in its `hello`. */
  readonly subs?: readonly string[];
  readonly namesFeeds?: boolean;
}

/** What the oracle says of an event that did not come to a reader. */
function judged(
  lines: readonly Line[],
  { features = ['batch'], roles = ['client'], subs = [], namesFeeds = false }: Reader = {},
) {
  const rights = { roles, clients: ['c1'], exp: 1e9 };
  const of = { d: 'd1', conn: 'c' };
  const hello = JSON.stringify({
    type: 'ack',
    ref: 'h',
    payload: { subs: subs.map((topic) => ({ topic })) },
  });
  const all: Line[] = [
    { t: 0, k: 'up', conn: 'c', namesFeeds },
    { t: 0, k: 'rights', ...of, ...rights },
    { t: 1, k: 'ask', ...of, ref: 'h', action: 'hello', payload: { features } },
    { t: 2, k: 'got', ...of, frame: hello },
    ...[...lines, publisher].sort((a, b) => a.t - b.t),
  ];
  const evidence: Case = {
    ...{ lines: all, begin: {}, skewMs: 1_000, asks: readAsks(all), gots: readGots(all) },
    ...{ topics: readTopics(rows), atRest: rows, atEnd: rows },
    owners: new Map([['d1', { tenant: 'north', user: 'ada' }]]),
  };
  return judgeLive(evidence).violations.map(({ what }) => what);
}

const ofTopic = 'SUBS#north#client:c1';
const ofKind = 'SUBS#north#clients:-';
const opened = (run: string, { t = 99_980, from = 5, window = ofTopic } = {}): Line => ({
  ...{ t, k: 'window', window, run, by: run, from, until: t + 80, open: true },
  ...(window === ofTopic && { epoch: 'x' }),
});
const lowered = (run: string, from: number): Line => ({ t: 99_990, k: 'window', window: ofTopic, run, from });
const closed = (run: string, { t = 100_060, window = ofTopic } = {}): Line => ({
  ...{ t, k: 'window', window, run, open: false },
});
const ended = (run: string, outcome: string, t = 100_200): Line => ({ t, k: 'run', run, outcome });
const died = ended('h', 'crash');
const sent = ended('h', 'answered');

it.each<[string, readonly Line[], Reader?]>([
  ['nobody', []],
  ['a holder that was answered', [opened('h'), closed('h'), sent]],
  [
    'one that died, and whoever came after its lease',
    [
      opened('h'),
      died,
      opened('i', { t: 101_000 }),
      closed('i', { t: 101_100 }),
      ended('i', 'answered', 101_200),
    ],
  ],
  [
    'one that others took for dead',
    [opened('h'), opened('i', { t: 100_030 }), closed('i', { t: 100_110 }), ended('i', 'answered'), sent],
  ],
  [
    'a holder whose window begins with an earlier event, after one that died with a later one',
    [opened('g', { from: 8 }), ended('g', 'crash'), opened('h', { t: 100_000 }), closed('h'), sent],
  ],
  [
    'a holder, after one that died long before',
    [
      opened('g', { t: 90_000 }),
      closed('g', { t: 90_080 }),
      ended('g', 'crash', 90_090),
      opened('h'),
      closed('h'),
      sent,
    ],
  ],
  [
    'nobody, and who held the window of all clients died',
    [opened('h', { window: ofKind }), closed('h', { window: ofKind }), died],
  ],
  ['nobody, by who asked for no batches', [opened('h'), closed('h'), died], { features: [] }],
  [
    'nobody, and who held the window of the client died, by who follows all',
    [opened('h'), closed('h'), died],
    { roles: ['msp'] },
  ],
])('an event that did not come is found where it was left to %s', (_, lines, reader) => {
  expect(judged(lines, reader)).toEqual([expect.stringContaining('c was not sent {"type":"e"')]);
});

it.each<[string, readonly Line[], Reader?]>([
  ['died with it open', [opened('h'), died]],
  ['closed it and died', [opened('h'), closed('h'), died]],
  [
    'closed it and told that it could not send',
    [opened('h'), closed('h'), { t: 100_150, k: 'report', run: 'h', what: 'a fan-out' }, sent],
  ],
  ['never closed it', [opened('h'), sent]],
  [
    'died with it open, and whoever came after its lease began later',
    [
      opened('h'),
      died,
      opened('i', { t: 101_000, from: 9 }),
      closed('i', { t: 101_100 }),
      ended('i', 'answered', 101_200),
    ],
  ],
  [
    'died with it open, as did whoever came after its lease',
    [opened('h'), died, opened('i', { t: 101_000 }), ended('i', 'crash', 101_200)],
  ],
  ['died, and had it lowered to the event', [opened('h', { from: 9 }), lowered('h', 7), closed('h'), died]],
  [
    'died with that of all clients, by who follows all',
    [opened('h', { window: ofKind }), closed('h', { window: ofKind }), died],
    { roles: ['msp'] },
  ],
  [
    'died with that of the client, by who came to all clients from it',
    [opened('h'), closed('h'), died],
    { roles: ['msp'], subs: ['client:c1', 'client:*'] },
  ],
])('an event that did not come is forgiven where who held its window %s', (_, lines, reader) => {
  expect(judged(lines, reader)).toEqual([]);
});

it('an event of a feed that a later token brought is missed once it was asked for, or at once where none were named', () => {
  const of = { d: 'd1', conn: 'c' };
  const brought: Line = { t: 50_000, k: 'rights', ...of, roles: ['msp'], clients: [], exp: 1e9 };
  const asked: Line[] = [
    { t: 50_001, k: 'ask', ...of, ref: 's', action: 'subscribe', topic: 'client:*' },
    { t: 50_002, k: 'got', ...of, frame: JSON.stringify({ type: 'subscribed', ref: 's', payload: {} }) },
  ];
  expect(judged([brought], { roles: ['admin'], namesFeeds: true })).toEqual([]);
  expect(judged([brought, ...asked], { roles: ['admin'], namesFeeds: true })).toHaveLength(1);
  expect(judged([brought], { roles: ['admin'] })).toHaveLength(1);
});

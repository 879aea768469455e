import { expect, it } from 'vitest';
import { judge } from '../oracle/oracle.ts';
import { recorded } from './recorded.ts';
import { tamperingWith } from './tampering.ts';

const evidence = recorded('rights');
const { found, lines } = tamperingWith(evidence);

type Fields = Record<string, unknown>;
const restAt = lines.findIndex(({ k }) => k === 'rest');
const restMs = Number(lines[restAt]?.t);
const userOf = new Map(lines.flatMap(({ k, d, ...line }) => (k === 'owner' ? [[d, line as Fields]] : [])));

/** A device of a user of the north that is connected at rest, with its connection. */
function connected(user: string): { d: unknown; conn: unknown } {
  const devices = (lines[restAt]?.devices ?? []) as Fields[];
  const one = devices.find(
    ({ d, ready, conn }) =>
      ready && conn && userOf.get(d)?.user === user && userOf.get(d)?.tenant === 'north',
  );
  if (!one) throw new Error(`${user} is not connected`);
  return { d: one.d, conn: one.conn };
}

const withLines = (more: readonly object[]) =>
  evidence.lines.toSpliced(restAt, 0, ...more.map((line) => JSON.stringify(line)));

/** What somebody asked for, and what of it is remembered or told. */
function asked(
  user: string,
  change: Fields,
  { answered = false, remembered = true, before = [] as object[] } = {},
) {
  const { d, conn } = connected(user);
  const ask = { t: restMs - 100, k: 'ask', d, conn, ref: 'planted', ...change };
  const frame = JSON.stringify({ type: 'ack', ref: 'planted', payload: {} });
  const got = { t: restMs - 50, k: 'got', d, conn, frame };
  const memory = { pk: `REF#north#${user}#planted`, sk: 'REF', answer: {} };
  return {
    lines: withLines([...before, ask, ...(answered ? [got] : [])]),
    atRest: [...evidence.atRest, ...(remembered ? [memory] : [])],
  };
}

const logged = (type: string, fits = (_: Fields): boolean => true) =>
  evidence.atRest
    .filter(({ pk }) => pk.startsWith('LOG#north#'))
    .map((row) => ({ pk: row.pk, ...(JSON.parse(String(row.frame)) as Fields) }) as Fields)
    .find((event) => event.type === type && fits(event))?.payload as Fields;
const alertTo = (part: Fields) =>
  logged('alert', ({ payload }) => JSON.stringify((payload as Fields).to) === JSON.stringify(part)).alertId;

const engagement = { action: 'engagement.update', payload: { clientId: 'c1', note: 'x' } };
const booking = { date: '2023-11-15', doctorId: 'dr-a', patientId: 'p', at: '09:00' };
const report = { action: 'job.submit', payload: { kind: 'engagement.report', input: {} } };

it('what really happened is in order', () => {
  const { violations, exercised } = judge(evidence);
  expect(violations).toEqual([]);
  expect(exercised['changes refused that are not allowed']).toBeGreaterThan(0);
  expect(exercised['rights to changes judged']).toBeGreaterThan(100);
});

it.each<[string, string, Fields]>([
  ['an engagement by a client’s user', 'bob', engagement],
  [
    'an interaction with another’s client',
    'bob',
    { action: 'interaction.record', payload: { clientId: 'c3' } },
  ],
  ['an alert by a client’s user', 'bob', { action: 'alert.raise', payload: { to: { tenant: true } } }],
  ['a booking by an admin', 'nia', { action: 'queue.book', payload: booking }],
  ['a revocation by the staff', 'ada', { action: 'user.revoke', payload: { userId: 'bob' } }],
  ['a report for a client’s user', 'dan', report],
  [
    'an acknowledgement of an alert to the staff',
    'bob',
    {
      action: 'alert.acknowledge',
      payload: { alertId: alertTo({ msp: true }) },
    },
  ],
  [
    'a cancelling of another’s answer',
    'nia',
    {
      action: 'assistant.cancel',
      payload: { streamId: logged('stream.start', ({ from }) => from !== 'nia').streamId },
    },
  ],
])('%s is found, be it only remembered', (_, user, change) => {
  expect(found(asked(user, change))).toEqual(new Set(['I17']));
  expect(found(asked(user, change, { remembered: false, answered: true }))).toContain('I17');
  expect(found(asked(user, change, { remembered: false }))).toEqual(new Set());
});

it('the same by somebody who may is in order', () => {
  const to = { action: 'alert.acknowledge', payload: { alertId: alertTo({ msp: true }) } };
  for (const [user, change] of [
    ['ada', engagement],
    ['ada', to],
    ['ada', report],
    ['bob', { action: 'queue.book', payload: booking }],
  ] as const) {
    expect(found(asked(user, change))).toEqual(new Set());
  }
});

it('a token that was refused gives no right to a change, and one that may have been taken does', () => {
  const { d, conn } = connected('bob');
  const token = { tenant: 'north', user: 'bob', roles: ['msp'], clients: [], exp: restMs + 9e6, iat: restMs };
  const brought = [
    { t: restMs - 300, k: 'renewing', d, conn, ...token },
    { t: restMs - 300, k: 'ask', d, conn, ref: 'renewal', action: 'auth', payload: {} },
  ];
  const frame = JSON.stringify({ type: 'error', ref: 'renewal', payload: { code: 'unauthenticated' } });
  const refused = { t: restMs - 200, k: 'got', d, conn, frame };
  expect(found(asked('bob', engagement, { before: brought }))).not.toContain('I17');
  expect(found(asked('bob', engagement, { before: [...brought, refused] }))).toContain('I17');
});

it('an alert that says another acknowledged it than whose request that was is found', () => {
  const row = evidence.atRest.find(({ frame }) => String(frame).startsWith('{"type":"alert.acknowledged"'));
  const event = JSON.parse(String(row?.frame)) as Fields;
  const old = String(row?.frame);
  const unheard = (fit: (line: Fields) => boolean) => evidence.lines.filter((_, at) => !fit(lines[at] ?? {}));
  const { by, alertId } = event.payload as Fields;
  const frame = JSON.stringify({ ...event, payload: { alertId, by: by === 'ada' ? 'cyd' : 'ada' } });
  const inText = (text: string) =>
    text.replace(JSON.stringify(old).slice(1, -1), JSON.stringify(frame).slice(1, -1));
  // Who did it was never told, so that nothing else speaks of it.
  const isItsAck = ({ k, frame: text }: Fields) =>
    k === 'got' && /^\{"type":"ack"/.test(String(text)) && String(text).includes(String(alertId));
  const atRest = evidence.atRest.map((one) => (one === row ? { ...one, frame } : one));
  expect(found({ lines: unheard(isItsAck).map(inText), atRest })).toEqual(new Set(['I3']));
});

it('an alert that is called acknowledged already before the first who asked for it is found', () => {
  const first = lines.findIndex(({ k, action, payload }) => {
    const { alertId } = (payload ?? {}) as Fields;
    return k === 'ask' && action === 'alert.acknowledge' && alertId === logged('alert.acknowledged').alertId;
  });
  const { d, conn } = connected('ada');
  const payload = { alertId: logged('alert.acknowledged').alertId };
  const answer = { type: 'ack', ref: 'early', payload: { ...payload, already: true } };
  const t = lines[first]?.t;
  const early = [
    { t, k: 'ask', d, conn, ref: 'early', action: 'alert.acknowledge', payload },
    { t: Number(t) - 1, k: 'got', d, conn, frame: JSON.stringify(answer) },
  ].map((line) => JSON.stringify(line));
  expect(found({ lines: evidence.lines.toSpliced(first, 0, ...early) })).toContain('I3');
});

it('a good token that is called none is found, at the handshake and by HTTP', () => {
  const frame = JSON.stringify({ type: 'error', ref: 'x', payload: { code: 'unauthenticated' } });
  const handshake = { t: restMs, k: 'refused', device: 'd0', conn: 'd0-x=', status: 401 };
  const { d, conn } = connected('ada');
  expect(found({ lines: withLines([handshake]) })).toEqual(new Set(['I12']));
  expect(found({ lines: withLines([{ ...handshake, status: 500 }]) })).toEqual(new Set());
  expect(found({ lines: withLines([{ t: restMs, k: 'got', d: 'machine-north', frame }]) })).toEqual(
    new Set(['I12']),
  );
  expect(found({ lines: withLines([{ t: restMs, k: 'got', d, conn, frame }]) })).toEqual(new Set());
});

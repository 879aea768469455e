import { ProtocolError, type Topic } from '@tidings/protocol';
import { expect, it } from 'vitest';
import { type Faulty, scriptedPlan } from '../adapters/faulty/plan.ts';
import { faultyQueue } from '../adapters/faulty/queue.ts';
import { faultySockets } from '../adapters/faulty/sockets.ts';
import { faultyTable } from '../adapters/faulty/table.ts';
import { selectProtocol } from '../core/authorize.ts';
import { type Change, commit } from '../core/commit.ts';
import { deliver, type WorkUnit } from '../core/fanOut.ts';
import { reap } from '../core/reap.ts';
import type { Runtime } from '../core/runtime.ts';
import { issueTicket, redeemTicket } from '../core/tickets.ts';
import { type TestSystem, testSystem } from './testRuntime.ts';

/** What each of these tests is about is one thing that goes wrong, at one place, once. */
type Script = Parameters<typeof scriptedPlan>[0];

function failing(test: TestSystem, script: Script, more: Omit<Faulty, 'plan'> = {}): Runtime {
  const inner = test.environment();
  const faulty = { plan: scriptedPlan(script), ...more };
  return {
    ...inner,
    table: faultyTable(inner.table, faulty),
    sockets: faultySockets(inner.sockets, faulty),
    queue: faultyQueue(inner.queue, faulty),
  };
}

/** Ada and Bob of the staff are connected, each with one device. */
async function adaAndBob() {
  const test = testSystem({ limit: 3 });
  const calm = test.environment();
  await test.dial(calm, 'ada', test.who('ada'));
  await test.dial(calm, 'bob', test.who('bob'));
  test.advance(31_000);
  return { test, calm };
}

const record = {
  action: 'interaction.record',
  ref: 'r1',
  payload: { clientId: 'c1', kind: 'call' },
};
const seqs = (test: TestSystem, connectionId: string) =>
  test.frames(connectionId).flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
/** The work units of fan-outs, in the queue. */
const queued = (test: TestSystem) =>
  (test.queue.waiting() as unknown as WorkUnit[]).filter((work) => 'frame' in work);

it('an event whose commit went unheard is committed once, written or not', async () => {
  for (const fault of ['unknown-before', 'unknown-after', 'conflict'] as const) {
    const { test } = await adaAndBob();
    const reply = await test.say(failing(test, { transact: [fault] }), 'ada', record);
    expect([fault, reply.type, reply.payload.seq, reply.payload.total]).toEqual([fault, 'ack', 1, 1]);
    expect(test.rows('LOG#')).toHaveLength(1);
    expect(seqs(test, 'bob')).toEqual([1]);
  }
});

it('a connect whose transaction went unheard is connected with all its rows', async () => {
  for (const fault of ['unknown-before', 'unknown-after', 'conflict'] as const) {
    const test = testSystem();
    const connected = await test.dial(failing(test, { transact: [fault] }), 'ada', test.who('ada'));
    expect('connection' in connected).toBe(true);
    expect([test.rows('CONN#'), test.rows('SUBS#'), test.rows('EXPIRY#')].map((rows) => rows.length)).toEqual(
      [1, 4, 1],
    );
  }
});

it('a publisher that dies after its commit loses nothing: a repeat of the ref brings the same frame', async () => {
  const { test, calm } = await adaAndBob();
  const never = new Promise<never>(() => {});
  const died = new Promise<void>((resolve) => {
    const crash = () => {
      resolve();
      return never;
    };
    void test.say(failing(test, { transact: ['crash-after'] }, { crash }), 'ada', record);
  });
  await died;
  expect(seqs(test, 'bob')).toEqual([]);
  const reply = await test.say(calm, 'ada', record);
  expect(reply.payload).toMatchObject({ seq: 1, total: 1, dup: true });
  expect(seqs(test, 'bob')).toEqual([1]);
});

it('a connection whose post fails keeps nobody else from the event, and gets it from the queue', async () => {
  const { test, calm } = await adaAndBob();
  const reply = await test.say(failing(test, { post: ['error'] }), 'ada', record);
  expect(reply.type).toBe('ack');
  expect([...seqs(test, 'ada'), ...seqs(test, 'bob')]).toEqual([1]);
  const [unit, ...more] = queued(test);
  expect([unit?.to.length, more]).toEqual([1, []]);
  if (unit) await deliver(calm, unit);
  expect([seqs(test, 'ada'), seqs(test, 'bob')]).toEqual([[1], [1]]);
});

it('a work unit that failed in part comes again with that part only', async () => {
  const { test } = await adaAndBob();
  const unit: WorkUnit = {
    frame: '{"seq":7}',
    to: ['ada', 'bob'],
    round: 1,
    kind: 'event',
    resync: '{}',
    part: '',
  };
  await deliver(failing(test, { post: [undefined, 'error'] }), unit);
  expect(queued(test).map(({ to }) => to)).toEqual([['bob']]);
});

it('a connection that cannot take its frames is told to resync, and keeps its rows', async () => {
  const { test, calm } = await adaAndBob();
  await test.say(failing(test, { post: ['behind'] }), 'ada', record);
  const [again] = queued(test);
  expect(again).toMatchObject({ kind: 'event', round: 1 });
  const [slow = ''] = again?.to ?? [];
  if (again) await deliver(failing(test, { post: ['behind'] }), again);
  const told = queued(test).find(({ kind }) => kind === 'resync');
  expect(told?.to).toEqual([slow]);
  if (told) await deliver(calm, told);
  expect(test.frames(slow).at(-1)).toMatchObject({ type: 'resync', topic: 'client:c1', payload: { seq: 1 } });
  expect(test.rows('CONN#').map(({ state }) => state)).toEqual(['open', 'open']);
});

it('a connection still inside its handshake looks gone, and is not forgotten', async () => {
  const { test } = await adaAndBob();
  const young = await test.dial(test.environment(), 'cyd', test.who('cyd'));
  test.sockets.drop('cyd');
  await test.say(test.environment(), 'ada', record);
  expect('connection' in young).toBe(true);
  expect(test.rows('CONN#').map(({ state }) => state)).toEqual(['open', 'open', 'open']);
  expect(queued(test).map(({ to }) => to)).toEqual([['cyd']]);
});

it('who follows a client twice, by name and with all others, gets one frame', async () => {
  const { test, calm } = await adaAndBob();
  await test.say(calm, 'bob', { action: 'subscribe', topic: 'client:c1' });
  await test.say(calm, 'ada', record);
  expect(seqs(test, 'bob')).toEqual([1]);
});

it('a topic that began anew recovers nobody from its former life', async () => {
  const { test, calm } = await adaAndBob();
  const join = { action: 'subscribe', topic: 'room:r' };
  const send = { action: 'room.send', topic: 'room:r', payload: { body: 'x' } };
  const before = await test.say(calm, 'ada', join);
  await test.say(calm, 'ada', send);
  await calm.table.write({ delete: { pk: 'HEAD#acme#room', sk: 'r' } });
  await test.say(calm, 'bob', join);
  await test.say(calm, 'bob', send);
  await test.say(calm, 'bob', send);
  const since = { epoch: before.payload.epoch, seq: 1 };
  const after = await test.say(calm, 'ada', { ...join, payload: { since } });
  expect(after.payload).toMatchObject({ seq: 2, recovered: false });
  const { payload } = await test.say(calm, 'ada', {
    action: 'sync',
    payload: { heads: { 'room:r': { ...since, seq: 2 } } },
  });
  expect(payload.behind).toEqual({ 'room:r': { epoch: after.payload.epoch, seq: 2 } });
});

it('a head that began anew is not taken for its forerunner', async () => {
  const { test, calm } = await adaAndBob();
  const send = { action: 'room.send', topic: 'room:r', payload: { body: 'x' } };
  const other = test.environment();
  for (const name of ['ada', 'bob']) await test.say(calm, name, { action: 'subscribe', topic: 'room:r' });
  const first = await test.say(calm, 'ada', send);
  await other.table.write({ delete: { pk: 'HEAD#acme#room', sk: 'r' } });
  const anew = await test.say(other, 'bob', send);
  expect(anew.payload.epoch).not.toBe(first.payload.epoch);
  // This environment remembers the former life, which had come to the same number.
  const next = await test.say(calm, 'ada', send);
  expect(next.payload).toMatchObject({ epoch: anew.payload.epoch, seq: 2 });
});

it('a tail with a hole is not recovered, not even in part', async () => {
  const { test, calm } = await adaAndBob();
  for (const ref of ['1', '2', '3']) await test.say(calm, 'ada', { ...record, ref });
  const [, second] = test.rows('LOG#');
  const epoch = test.rows('HEAD#acme#client')[0]?.epoch;
  if (second) await calm.table.write({ delete: second });
  const ask = { action: 'subscribe', topic: 'client:c1', payload: { since: { epoch, seq: 0 } } };
  // The read waits a second for a row that may still come.
  const impatient = { ...calm, clock: { ...calm.clock, wait: async (ms: number) => test.advance(ms) } };
  const { payload } = await test.say(impatient, 'bob', ask);
  expect(payload).toMatchObject({ seq: 3, recovered: false, snapshot: { totals: { call: 3 } } });
  expect(payload.events).toBeUndefined();
});

const alert = (ref: string) => ({
  action: 'alert.raise',
  ref,
  payload: { to: { msp: true }, severity: 'info', title: 'full', dedupeKey: 'disk' },
});

it('a repeat of a request that would now be a no-op gets its first answer', async () => {
  const { test, calm } = await adaAndBob();
  const first = await test.say(calm, 'ada', alert('r'));
  const again = await test.say(test.environment(), 'ada', alert('r'));
  expect(again.payload).toEqual({ ...first.payload, dup: true });
});

it('a repeat of a request that would now be refused gets its first answer', async () => {
  const { test, calm } = await adaAndBob();
  const key = { pk: 'BOOKING#acme', sk: '09:00' };
  const request = { principal: test.who('ada'), ref: 'r', hash: 'h' };
  const change: Change<Topic> = {
    topic: { kind: 'room', id: 'r' },
    rows: [key],
    decide: (state, [taken]) => {
      if (taken) throw new ProtocolError('conflict', 'taken');
      const writes = [{ put: key, if: { is: 'absent' } }] as const;
      return { event: { type: 'booked', payload: {} }, state, answer: {}, writes };
    },
  };
  const first = await commit(calm, request, change);
  const again = await commit(test.environment(), request, change);
  expect(again).toEqual({ answer: { ...first.answer, dup: true }, frame: first.frame });
  await expect(commit(calm, { ...request, ref: 'other' }, change)).rejects.toThrow('taken');
});

it('an event past its retention is not replayed, though its row is still there', async () => {
  const { test, calm } = await adaAndBob();
  await test.say(calm, 'ada', record);
  test.advance(24 * 3_600_000 + 1000);
  await test.dial(calm, 'cyd', test.who('cyd'));
  const epoch = test.rows('HEAD#acme#client')[0]?.epoch;
  const ask = { action: 'subscribe', topic: 'client:c1', payload: { since: { epoch, seq: 0 } } };
  expect((await test.say(calm, 'cyd', ask)).payload).toMatchObject({ seq: 1, recovered: false });
  expect(test.rows('LOG#')).toHaveLength(1);
});

it('a connection past its lease counts for nothing, though its rows are still there', async () => {
  const { test, calm } = await adaAndBob();
  test.advance(126 * 60_000);
  await test.dial(calm, 'cyd', test.who('cyd'));
  const { payload } = await test.say(calm, 'cyd', { action: 'stats' });
  expect(payload).toMatchObject({ connections: 1, users: 1 });
  await test.say(calm, 'cyd', record);
  expect(['ada', 'bob', 'cyd'].map((name) => seqs(test, name))).toEqual([[], [], [1]]);
  expect(test.rows('SUBS#acme#tenant')).toHaveLength(3);
});

it('a no-op that was acknowledged stays one, also when it would by now be none', async () => {
  const { test, calm } = await adaAndBob();
  const { payload } = await test.say(calm, 'ada', alert('r1'));
  const noOp = await test.say(calm, 'ada', alert('r2'));
  expect(noOp.payload).toMatchObject({ already: true });
  await test.say(calm, 'bob', { action: 'alert.acknowledge', payload: { alertId: payload.alertId } });
  const again = await test.say(calm, 'ada', alert('r2'));
  expect(again.payload).toEqual({ ...noOp.payload, dup: true });
  expect(test.rows('LOG#acme#msp')).toHaveLength(2);
});

it('a reaper that could not close a socket does so the next time, and counts it as connected until then', async () => {
  const { test, calm } = await adaAndBob();
  await reap(calm);
  // A minute later the reaper is done with the minute in which they ended, but for the sockets.
  test.advance(3_660_000);
  await reap(failing(test, { close: ['error', 'error'] }));
  expect(test.sockets.opened()).toEqual(['ada', 'bob']);
  expect(test.rows('SLOT#')).toHaveLength(2);
  test.advance(60_000);
  await reap(calm);
  expect([test.sockets.opened(), test.rows('SLOT#'), test.rows('EXPIRY#')]).toEqual([[], [], []]);
});

it('whose token ended is told so before the socket closes', async () => {
  const { test, calm } = await adaAndBob();
  test.advance(3_600_000);
  await reap(calm);
  expect(test.frames('ada')).toMatchObject([{ type: 'disconnect', payload: { code: 4401 } }]);
});

it('a renewal with lesser rights leaves at once what it no longer allows', async () => {
  const { test, calm } = await adaAndBob();
  const exp = Math.floor(test.now() / 1000) + 600;
  const token = test.tokens.issue({ sub: 'bob', tenant: 'acme', roles: ['client'], client_ids: ['c2'], exp });
  await test.say(calm, 'bob', { action: 'auth', payload: { token } });
  await test.say(calm, 'ada', record);
  expect(seqs(test, 'bob')).toEqual([]);
  await test.say(calm, 'ada', { ...record, ref: 'r2', payload: { clientId: 'c2', kind: 'call' } });
  expect(seqs(test, 'bob')).toEqual([1]);
});

it('nobody renews a connection with another’s token', async () => {
  const { test, calm } = await adaAndBob();
  const exp = Math.floor(test.now() / 1000) + 600;
  for (const other of [
    { sub: 'ada', tenant: 'acme' },
    { sub: 'bob', tenant: 'umbrella' },
  ]) {
    const token = test.tokens.issue({ ...other, roles: ['msp'], exp });
    const reply = await test.say(calm, 'bob', { action: 'auth', payload: { token } });
    expect(reply.payload.code).toBe('identity_mismatch');
  }
});

it('no frame names a tenant, whatever it says', async () => {
  const { test, calm } = await adaAndBob();
  const foreign = await test.dial(calm, 'eve', test.who('eve', 3_600_000, { tenant: 'umbrella' }));
  expect('connection' in foreign).toBe(true);
  const payload = { ...record.payload, tenant: 'acme' };
  await test.say(calm, 'eve', { ...record, tenant: 'acme', payload });
  expect([test.rows('HEAD#acme#client'), seqs(test, 'ada')]).toEqual([[], []]);
});

it('a connection is joined to no more topics than it may', async () => {
  const { test, calm } = await adaAndBob();
  const most = calm.settings.limits.topicsPerConnection;
  const joined = await Promise.all(
    Array.from({ length: most + 1 }, (_, index) =>
      test.say(calm, 'ada', { action: 'subscribe', topic: `room:r${index}` }),
    ),
  );
  expect(joined.filter(({ type }) => type === 'subscribed')).toHaveLength(most);
  expect(joined.at(-1)?.payload.code).toBe('limit_exceeded');
});

it('a ticket opens one connection', async () => {
  const { test, calm } = await adaAndBob();
  const { ticket } = await issueTicket(calm, test.who('ada'));
  const used = await Promise.all([redeemTicket(calm, ticket), redeemTicket(calm, ticket)]);
  expect(used.filter((one) => 'principal' in one)).toHaveLength(1);
});

it('the subprotocol that carries the token is never sent back', () => {
  const offered = { 'sec-websocket-protocol': 'bearer.secret, tidings.v1' };
  expect(selectProtocol(offered)).toBe('tidings.v1');
  expect(selectProtocol({ 'sec-websocket-protocol': 'bearer.secret' })).toBeUndefined();
});

it('a duplicated work unit and a poisoned one do no harm to the rest of the queue', async () => {
  const { test, calm } = await adaAndBob();
  await test.say(failing(test, { post: ['error'], send: ['duplicate'] }), 'ada', record);
  const units = queued(test);
  expect(units).toHaveLength(2);
  for (const unit of units) await deliver(calm, unit);
  await expect(deliver(calm, { poison: true } as unknown as WorkUnit)).rejects.toThrow();
  expect(new Set([...seqs(test, 'ada'), ...seqs(test, 'bob')])).toEqual(new Set([1]));
});

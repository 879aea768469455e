import { expect, it } from 'vitest';
import { deliver } from '../../../core/delivery/fanOut.ts';
import type { WorkUnit } from '../../../core/delivery/workUnit.ts';
import { type TestSystem, testSystem } from '../world/testRuntime.ts';
import { adaAndBob, failing, record, seqs } from './adaAndBob.ts';

/** The work units of fan-outs, in the queue. */
const queued = (test: TestSystem) =>
  (test.queue.waiting() as unknown as WorkUnit[]).filter((work) => 'frame' in work);

it('an event whose commit went unheard is committed once, written or not', async () => {
  for (const fault of ['unknown-before', 'unknown', 'conflict'] as const) {
    const { test } = await adaAndBob();
    const reply = await test.say(failing(test, { commit: [fault] }), 'ada', record);
    expect([fault, reply.type, reply.payload.seq, reply.payload.total]).toEqual([fault, 'ack', 1, 1]);
    expect(test.rows('LOG#')).toHaveLength(1);
    expect(seqs(test, 'bob')).toEqual([1]);
  }
});

it('a subscription whose transaction went unheard is there', async () => {
  for (const fault of ['unknown-before', 'unknown', 'conflict'] as const) {
    const { test } = await adaAndBob();
    const reply = await test.say(failing(test, { commit: [fault] }), 'ada', {
      action: 'subscribe',
      topic: 'room:lobby',
    });
    expect([fault, reply.type]).toEqual([fault, 'subscribed']);
    expect(test.rows('SUBS#acme#room')).toHaveLength(1);
  }
});

it('a connect whose rows the database heard twice is connected with all of them', async () => {
  const test = testSystem();
  const twice = failing(test, { write: Array.from({ length: 50 }, () => 'double' as const) });
  expect('connection' in (await test.dial(twice, 'ada', test.who('ada')))).toBe(true);
  const rows = [test.rows('CONN#'), test.rows('SUBS#'), test.rows('EXPIRY#')].map(({ length }) => length);
  expect(rows).toEqual([1, 4, 1]);
});

it('a connect that takes over a slot takes one, also where the database heard it twice', async () => {
  const test = testSystem({ limit: 2 });
  for (const name of ['old', 'older']) {
    await test.dial(test.environment(), name, test.who('ada'));
    test.sockets.drop(name);
  }
  test.advance(61_000);
  const twice = failing(test, { write: Array.from({ length: 50 }, () => 'double' as const) });
  expect('connection' in (await test.dial(twice, 'new', test.who('ada')))).toBe(true);
  expect(test.rows('SLOT#').filter(({ connectionId }) => connectionId === 'new')).toHaveLength(1);
});

it('a publisher that dies after its commit loses nothing: a repeat of the ref brings the same frame', async () => {
  const { test, calm } = await adaAndBob();
  const never = new Promise<never>(() => {});
  const died = new Promise<void>((resolve) => {
    const crash = () => {
      resolve();
      return never;
    };
    void test.say(failing(test, { commit: ['crash-after'] }, { crash }), 'ada', record);
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

it('a connection that cannot take its frames gets a resync, and keeps its rows', async () => {
  const { test, calm } = await adaAndBob();
  await test.say(failing(test, { post: ['throttled'] }), 'ada', record);
  const [again] = queued(test);
  expect(again).toMatchObject({ kind: 'event', round: 1 });
  const [slow = ''] = again?.to ?? [];
  if (again) await deliver(failing(test, { post: ['throttled'] }), again);
  const resync = queued(test).find(({ kind }) => kind === 'resync');
  expect(resync?.to).toEqual([slow]);
  if (resync) await deliver(calm, resync);
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

it('a duplicated work unit and a poisoned one do no harm to the rest of the queue', async () => {
  const { test, calm } = await adaAndBob();
  await test.say(failing(test, { post: ['error'], send: ['double'] }), 'ada', record);
  const units = queued(test);
  expect(units).toHaveLength(2);
  for (const unit of units) await deliver(calm, unit);
  await expect(deliver(calm, { poison: true } as unknown as WorkUnit)).rejects.toThrow();
  expect(new Set([...seqs(test, 'ada'), ...seqs(test, 'bob')])).toEqual(new Set([1]));
});

import { ProtocolError, type Topic } from '@tidings/protocol';
import { expect, it } from 'vitest';
import type { Change } from '../../../core/log/change.ts';
import { commit } from '../../../core/log/commit.ts';
import { adaAndBob, record } from './adaAndBob.ts';

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
  const wait = async (ms: number, signal?: AbortSignal) => (signal ? calm.clock.wait(ms) : test.advance(ms));
  const impatient = { ...calm, clock: { ...calm.clock, wait } };
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
  expect(again).toEqual({ answer: { ...first.answer, dup: true }, events: first.events, isAgain: true });
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

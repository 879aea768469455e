import { expect, test } from 'vitest';
import { queue } from '../../features/queue/index.ts';
import { rooms } from '../../features/rooms/index.ts';
import { desk } from '../../test/support/askActions.ts';
import { impatient } from '../../test/support/memoryRuntime.ts';
import { peopleOf } from '../../test/support/peopleOf.ts';
import { answerBudget } from './answerBudget.ts';
import { latest } from './history.ts';

const topic = 'room:lobby';
const lobby = { kind: 'room', id: 'lobby' };
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => n + from);
const seqsOf = (events: unknown) => (events as { seq: number }[]).map(({ seq }) => seq);

/** A room in which so much was said. */
async function roomWith(bodies: readonly string[]) {
  const people = peopleOf([rooms({ maySubscribe: () => true }), queue()]);
  const ann = await people.connect(desk);
  await ann.subscribe(topic);
  for (const body of bodies) await ann.ask('room.send', { topic, payload: { body } });
  return { ...people, ann };
}
const said = (count: number) => range(1, count).map((n) => `word ${n}`);

test('3.4a: last brings the last messages that are kept, oldest first, at the head, and what is said after comes live', async () => {
  const { connect, ann } = await roomWith(said(60));
  const ben = await connect({ ...desk, userId: 'ben' });
  const answer = await ben.subscribe(topic, { last: 20 });
  expect(answer).toMatchObject({ recovered: false, seq: 60, epoch: expect.any(String) });
  expect(answer).not.toHaveProperty('more');
  expect(seqsOf(answer.events)).toEqual(range(41, 60));
  expect((answer.events as object[])[0]).toMatchObject({
    type: 'room.message',
    topic,
    payload: { body: 'word 41' },
  });
  await ann.ask('room.send', { topic, payload: { body: 'live' } });
  expect(ben.of('room.message').map(({ seq }) => seq)).toEqual([61]);
  expect(seqsOf((await ben.subscribe(topic, { last: 50 })).events)).toEqual(range(12, 61));
});

test('3.4a: where fewer are kept, or none, there are fewer', async () => {
  const { ann, connect } = await roomWith(said(3));
  expect(seqsOf((await ann.subscribe(topic, { last: 50 })).events)).toEqual([1, 2, 3]);
  const ben = await connect({ ...desk, userId: 'ben' });
  expect(await ben.subscribe('room:empty', { last: 5 })).toMatchObject({
    seq: 0,
    events: [],
    recovered: false,
  });
});

test('3.4a: a message that is over its retention is not in it, nor one before a hole', async () => {
  const { ann, runtime, connect } = await roomWith(said(3));
  await runtime.clock.advance(23.5 * 3_600_000);
  const ben = await connect({ ...desk, userId: 'ben' });
  await ben.subscribe(topic);
  for (const body of ['a', 'b', 'c']) await ben.ask('room.send', { topic, payload: { body } });
  expect(seqsOf((await ben.subscribe(topic, { last: 50 })).events)).toEqual(range(1, 6));
  await runtime.clock.advance(0.5 * 3_600_000 + 1);
  expect(seqsOf((await ben.subscribe(topic, { last: 50 })).events)).toEqual([4, 5, 6]);
  const [row] = runtime.table.dump().filter(({ pk, sk }) => pk.startsWith('LOG#') && sk.endsWith('5'));
  await runtime.table.write({ delete: { pk: row?.pk ?? '', sk: row?.sk ?? '' } });
  expect(seqsOf((await ben.subscribe(topic, { last: 50 })).events)).toEqual([6]);
  void ann;
});

test('3.4a: an answer holds the newest of them that fit into 30 KB, and the newest in any case', async () => {
  const { ann } = await roomWith([...said(2), ...range(1, 4).map(() => 'x'.repeat(9_000))]);
  expect(seqsOf((await ann.subscribe(topic, { last: 6 })).events)).toEqual([4, 5, 6]);
  await ann.ask('room.send', { topic, payload: { body: '€'.repeat(10_500) } });
  expect(seqsOf((await ann.subscribe(topic, { last: 6 })).events)).toEqual([7]);
});

test('3.4a: last is from 1 to 50, in place of since, and for a topic that keeps history', async () => {
  const { ann } = await roomWith(said(1));
  const { epoch } = await ann.subscribe(topic);
  for (const [name, payload, path] of [
    [topic, { last: 0 }, 'payload.last'],
    [topic, { last: 51 }, 'payload.last'],
    [topic, { last: 1.5 }, 'payload.last'],
    [topic, { last: 5, since: { epoch, seq: 0 } }, 'payload.last'],
    ['queue:2026-01-01', { last: 5 }, 'payload.last'],
    ['user:me', { last: 5 }, 'payload.last'],
  ] as const) {
    expect(await ann.subscribe(name, payload)).toMatchObject({
      code: 'validation_failed',
      details: [{ path }],
    });
  }
});

test('3.4a: an event whose row does not show yet is waited for, and one that was deleted is not', async () => {
  const { runtime } = await roomWith(said(2));
  const { table } = runtime;
  let looks = 0;
  const query: typeof table.query = async (asked) => {
    const page = await table.query(asked);
    return ++looks <= 2 ? { rows: page.rows.filter(({ sk }) => !sk.endsWith('2')) } : page;
  };
  const late = impatient({ ...runtime, table: { ...table, query } } as never) as never;
  expect(seqsOf((await latest(late, 't', lobby, 5, answerBudget())).events)).toEqual([1, 2]);
  expect(looks).toBe(3);
  await runtime.clock.advance(2_000);
  looks = -100;
  expect(await latest(late, 't', lobby, 5, answerBudget())).toMatchObject({ seq: 2, events: [] });
  expect(looks).toBe(-99);
});

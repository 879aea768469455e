import { beforeEach, expect, test } from 'vitest';
import { impatient, type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { keys } from '../keys.ts';
import { answerBudget } from './answerBudget.ts';
import { commit } from './commit.ts';
import { replay } from './replay.ts';
import { readHead } from './topicHead.ts';

const topic = { kind: 'room', id: 'r' } as const;
let runtime: MemoryRuntime;
let publish: () => Promise<unknown>;
let read: (since: number, maxBytes?: number) => ReturnType<typeof replay>;

beforeEach(() => {
  runtime = memoryRuntime();
  let ref = 0;
  publish = () =>
    commit(
      runtime,
      { principal: principal(runtime), ref: `r${ref++}`, hash: 'h' },
      { topic, decide: (state) => ({ event: { type: 'e', payload: { ref } }, state, answer: {} }) },
    );
  read = async (since, maxBytes = 30_000) => {
    const head = await readHead(runtime.table, 't', topic);
    if (!head) throw new Error('nothing was published');
    return replay(runtime, 't', topic, head, since, answerBudget(maxBytes));
  };
});
const deleteRow = async (seq: number) => {
  const head = await readHead(runtime.table, 't', topic);
  await runtime.table.write({ delete: keys.log('t', topic, head?.epoch ?? '', seq) });
};

test('what was missed comes whole, and nothing when nothing was', async () => {
  for (let n = 0; n < 3; n++) await publish();
  expect((await read(1))?.events.map(({ seq }) => seq)).toEqual([2, 3]);
  expect(await read(3)).toMatchObject({ events: [], seq: 3, more: false });
});

test('a position beyond the head was never given: it is not recovered', async () => {
  await publish();
  expect(await read(2)).toBeUndefined();
});

test('an event past its retention is gone by its own time, though DynamoDB has not deleted it', async () => {
  await publish();
  await runtime.clock.advance(24 * 3_600_000 - 1);
  await publish();
  expect((await read(0))?.events).toHaveLength(2);
  await runtime.clock.advance(2);
  expect(await read(0)).toBeUndefined();
  expect((await read(1))?.events).toHaveLength(1);
});

test('a deleted event is never skipped over, and is known to be deleted without waiting', async () => {
  for (let n = 0; n < 3; n++) await publish();
  await runtime.clock.advance(10_000);
  await deleteRow(1);
  const before = runtime.clock.now();
  expect(await read(0)).toBeUndefined();
  expect(runtime.clock.now()).toBe(before);
});

test('a row that a torn read did not show yet is read again', async () => {
  await publish();
  await publish();
  const { table } = runtime;
  let torn = 3;
  runtime = {
    ...impatient(runtime),
    table: {
      ...table,
      async query(range) {
        const page = await table.query(range);
        return torn-- > 0 ? { rows: page.rows.slice(0, 1) } : page;
      },
    },
  };
  expect((await read(0))?.events.map(({ seq }) => seq)).toEqual([1, 2]);
});

test('pages keep to the room in the answer and to 300 events, and join without a hole', async () => {
  for (let n = 0; n < 305; n++) await publish();
  const first = await read(0, 1_000_000);
  expect(first).toMatchObject({ seq: 300, more: true });
  expect(await read(300, 1_000_000)).toMatchObject({ seq: 305, more: false });
  const small = await read(0, 400);
  expect(small?.events.map(({ seq }) => seq)).toEqual([1, 2]);
  expect((await read(0, 1))?.events).toHaveLength(1);
});

test('a log that was deleted whole is known to be so without waiting', async () => {
  await publish();
  await runtime.clock.advance(10_000);
  await deleteRow(1);
  const before = runtime.clock.now();
  expect(await read(0)).toBeUndefined();
  expect(runtime.clock.now()).toBe(before);
});

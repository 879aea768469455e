import type { Topic } from '@tidings/protocol';
import { beforeEach, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { handleAction } from '../api/router.ts';
import { keys } from '../keys.ts';
import type { Write } from '../ports.ts';
import { commit } from './commit.ts';
import { headCache } from './headCache.ts';
import { ensureHead } from './topicHead.ts';

const dayMs = 24 * 3_600_000;
let runtime: MemoryRuntime;
let refs = 0;
beforeEach(() => {
  runtime = memoryRuntime();
});

/** How many days from now until the head may go; `Infinity`: it stays. */
async function daysLeft(topic: Topic) {
  const head = await runtime.table.get(keys.head('t', topic));
  if (!head) return 0;
  return head.ttl === undefined
    ? Number.POSITIVE_INFINITY
    : ((head.ttl as number) * 1000 - runtime.clock.now()) / dayMs;
}
const look = (topic: Topic) => ensureHead(runtime, 't', topic);
const act = (action: string, payload: object) =>
  handleAction({ ...runtime, headCache: headCache() }, principal(runtime), 'r', {
    action,
    ref: `r${refs++}`,
    payload: payload as never,
  });
const happen = (topic: Topic) =>
  commit(
    { ...runtime, headCache: headCache() },
    { principal: principal(runtime), ref: `r${refs++}`, hash: 'h' },
    { topic, decide: (state) => ({ event: { type: 'e', payload: {} }, state, answer: {} }) },
  );
const room: Topic = { kind: 'room', id: 'r' };
const conversation: Topic = { kind: 'conversation', id: 'c' };
const client: Topic = { kind: 'client', id: 'c' };
const board: Topic = { kind: 'queue', id: '2025-12-01' };
const nobody: Topic = { kind: 'user', id: 'nobody' };

test.each([room, conversation, client, board])(
  'what a mere look at $kind leaves ends within a day',
  async (topic) => {
    await look(topic);
    expect(await daysLeft(topic)).toBeCloseTo(1, 3);
  },
);

test('who goes on looking keeps what it looks at for a day more, by one write an hour', async () => {
  const { epoch } = await look(room);
  let writes = 0;
  const { table } = runtime;
  const counting = {
    ...runtime,
    table: {
      ...table,
      write(write: Write) {
        writes++;
        return table.write(write);
      },
    },
  };
  for (let minutes = 0; minutes < 100 * 60; minutes += 20) {
    await runtime.clock.advance(20 * 60_000);
    expect((await ensureHead(counting, 't', room)).epoch).toBe(epoch);
    expect(await daysLeft(room)).toBeGreaterThan(22.9 / 24);
  }
  expect(writes).toBeLessThanOrEqual(100);
});

test('a stage that keeps its log for longer keeps what was looked at, and what nobody uses, as long', async () => {
  runtime = memoryRuntime({ retentionHours: 24 * 7, userRetentionHours: 24 * 365 });
  await look(room);
  expect(await daysLeft(room)).toBeCloseTo(7, 3);
  await happen(nobody);
  expect(await daysLeft(nobody)).toBeCloseTo(365, 3);
});

test('a head of a release that gave none an end gets its end when somebody looks', async () => {
  await happen(room);
  const { ttl: _, ...row } = (await runtime.table.get(keys.head('t', room))) ?? { pk: '', sk: '' };
  await runtime.table.write({ put: row });
  await look(room);
  expect(await daysLeft(room)).toBeCloseTo(30, 3);
});

test.each([room, conversation, board, nobody])('$kind ends 30 days after its last use', async (topic) => {
  await happen(topic);
  await runtime.clock.advance(10 * dayMs);
  await happen(topic);
  expect(await daysLeft(topic)).toBeCloseTo(30, 3);
});

test('what happens on a topic that was only looked at gives it its whole time', async () => {
  await look(room);
  await happen(room);
  expect(await daysLeft(room)).toBeCloseTo(30, 3);
  await runtime.clock.advance(20 * dayMs);
  await look(room);
  expect(await daysLeft(room)).toBeCloseTo(30, 3);
});

test('an engagement never ends, nor do the tenant’s feeds', async () => {
  await happen(client);
  await look({ kind: 'tenant' });
  await look({ kind: 'msp' });
  expect(await daysLeft(client)).toBe(Number.POSITIVE_INFINITY);
  expect(await daysLeft({ kind: 'tenant' })).toBe(Number.POSITIVE_INFINITY);
  expect(await daysLeft({ kind: 'msp' })).toBe(Number.POSITIVE_INFINITY);
});

test('messages to a user who never was there end, a notification, an alert or a connection stays', async () => {
  await act('message.send', { userId: 'nobody', body: 'b' });
  expect(await daysLeft(nobody)).toBeCloseTo(30, 3);
  await act('notification.send', { userId: 'noted', kind: 'k', title: 't' });
  await act('alert.raise', { to: { userId: 'alerted' }, severity: 'info', title: 't' });
  await act('message.send', { userId: 'looked', body: 'b' });
  await look({ kind: 'user', id: 'looked' });
  await act('message.send', { userId: 'looked', body: 'again' });
  for (const id of ['noted', 'alerted', 'looked']) {
    expect(await daysLeft({ kind: 'user', id })).toBe(Number.POSITIVE_INFINITY);
  }
});

/** A look at a topic that was looked at nearly a day ago, while something happens between its read and its write. */
async function lookDuring(topic: Topic, happening: () => Promise<unknown>) {
  await look(topic);
  await runtime.clock.advance(0.9 * dayMs);
  const { table } = runtime;
  const racing: typeof table = {
    ...table,
    async get(key) {
      const row = await table.get(key);
      await happening();
      return row;
    },
  };
  await ensureHead({ ...runtime, table: racing }, 't', topic);
}

test('a head that was deleted meanwhile is not made again by a look at it', async () => {
  const key = keys.head('t', room);
  await lookDuring(room, () => runtime.table.write({ delete: key }));
  expect(await runtime.table.get(key)).toBeUndefined();
});

test('a first event between the look and its write keeps the end that it has: none', async () => {
  await lookDuring(client, () => happen(client));
  expect(await daysLeft(client)).toBe(Number.POSITIVE_INFINITY);
});

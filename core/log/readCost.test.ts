import { beforeEach, expect, test } from 'vitest';
import { notificationKey } from '../../features/notifications/keys.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { type Meter, meteredTable } from '../../test/support/meteredTable.ts';
import { handleFrame } from '../api/router.ts';
import { connect } from '../connections/connect.ts';
import { keys } from '../keys.ts';
import type { Value } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

let memory: MemoryRuntime;
let runtime: Runtime;
let meter: Meter;

beforeEach(async () => {
  memory = memoryRuntime({ limits: { framesPerSecond: 100_000, frameBurst: 100_000 } });
  const metered = meteredTable(memory.table);
  meter = metered.meter;
  runtime = { ...memory, table: metered.table };
  memory.sockets.open('c1');
  await connect(runtime, 'c1', principal(memory, { userId: 'ann', roles: ['msp'] }));
});

/** One request, and what it cost to answer. */
async function ask(frame: object) {
  meter.reset();
  const answer = await handleFrame(runtime, {
    connectionId: 'c1',
    requestId: 'r',
    body: JSON.stringify(frame),
  });
  return { payload: answer.payload as never as Answer, bytes: Buffer.byteLength(JSON.stringify(answer)) };
}
interface Answer {
  readonly subs: readonly { topic: string; more?: boolean; events?: object[]; error?: object }[];
  readonly events: readonly object[];
  readonly more: boolean & readonly string[];
  readonly behind: object;
  readonly items: readonly object[];
  readonly cursor?: string;
  readonly snapshot: { readonly clients: readonly { clientId: string }[]; readonly cursor?: string };
}

/** A topic's head with a state, and a log, as commits would have left them. */
async function topicRow(kind: string, id: string, seq: number, state: Value, updatedAt = memory.clock.now()) {
  const key = keys.head('t', { kind, id } as never);
  await memory.table.write({ put: { ...key, epoch: 'e', seq, state, updatedAt } });
}
async function log(id: string, events: number, bytes: number) {
  await topicRow('room', id, events, {});
  for (let seq = 1; seq <= events; seq++) {
    const frame = JSON.stringify({ type: 'room.message', seq, payload: { body: 'x'.repeat(bytes) } });
    const key = keys.log('t', { kind: 'room', id }, 'e', seq);
    await memory.table.write({ put: { ...key, frame, at: memory.clock.now() } });
  }
}
const from0 = { since: { epoch: 'e', seq: 0 } };
const range = (count: number) => Array.from({ length: count }, (_, n) => n);
/** Heads as large as a full day's. */
const large = { doctors: [], booked: 1, filler: 'x'.repeat(300_000) };
const day = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10);

test('a topic that is named a hundred times is read once', async () => {
  await log('full', 204, 30_000);
  const { payload, bytes } = await ask({
    action: 'hello',
    payload: { v: 1, subs: range(100).map(() => ({ topic: 'room:full', ...from0 })) },
  });
  expect(payload.subs.filter(({ topic }) => topic === 'room:full')).toHaveLength(1);
  expect(bytes).toBeLessThan(32_000);
  expect(meter.requests).toBeLessThan(12);
  expect(meter.bytes).toBeLessThan(200_000);
});

test('once an answer is full nothing is read for it any more, and every topic still has its entry', async () => {
  for (const n of range(40)) await log(`r${n}`, 20, 20_000);
  const { payload, bytes } = await ask({
    action: 'hello',
    payload: { v: 1, subs: range(40).map((n) => ({ topic: `room:r${n}`, ...from0 })) },
  });
  const rooms = payload.subs.filter(({ topic }) => topic.startsWith('room:'));
  expect(rooms).toHaveLength(40);
  expect(rooms[0]?.events).toHaveLength(1);
  expect(rooms.every(({ more }) => more)).toBe(true);
  expect(bytes).toBeLessThan(30_500);
  expect(meter.bytes).toBeLessThan(300_000);
});

test('a message that has no room puts off its own topic, and no other', async () => {
  await log('large', 1, 30_900);
  for (const n of range(50)) await log(`r${n}`, 2, 50);
  const { payload } = await ask({
    action: 'hello',
    payload: {
      v: 1,
      subs: ['large', ...range(50).map((n) => `r${n}`)].map((id) => ({ topic: `room:${id}`, ...from0 })),
    },
  });
  const more = payload.subs.flatMap(({ topic, more }) => (more ? [topic] : []));
  expect(more).toEqual(['room:large']);
});

test('one hello joins a hundred rooms, and another writes nothing and sends them no update', async () => {
  const subs = range(100).map((n) => ({ topic: `room:r${n}` }));
  await ask({ action: 'hello', payload: { v: 1, subs } });
  const joined = memory.table.dump().filter(({ pk }) => /^SUBS#[^#]+#room/.test(pk));
  expect(joined).toHaveLength(100);
  for (const { done } of memory.queue.receive()) done();
  await memory.clock.advance(60_000);
  for (const { done } of memory.queue.receive()) done();
  const before = memory.table.dump();
  await ask({ action: 'hello', payload: { v: 1, subs } });
  expect(memory.queue.waiting()).toEqual([]);
  expect(memory.table.dump()).toEqual(before);
});

test('a tail is read in pieces of what still fits', async () => {
  await log('large', 300, 31_000);
  expect(
    (await ask({ action: 'subscribe', topic: 'room:large', payload: from0 })).payload.events,
  ).toHaveLength(1);
  expect(meter.bytes).toBeLessThan(150_000);
  await log('small', 300, 10);
  const { payload } = await ask({ action: 'subscribe', topic: 'room:small', payload: from0 });
  expect(payload.events).toHaveLength(300);
  expect(meter.requests).toBeLessThan(8);
});

test('one request reads some 2 MB of heads and no more', async () => {
  for (const n of range(40)) await topicRow('queue', day(n), 1, large);
  const subs = range(40).map((n) => ({ topic: `queue:${day(n)}`, since: { epoch: 'e', seq: 1 } }));
  const { payload } = await ask({ action: 'hello', payload: { v: 1, subs } });
  expect(payload.subs.filter(({ more }) => more).length).toBeGreaterThan(30);
  expect(meter.bytes).toBeLessThan(2_500_000);
});

test('sync reads some 2 MB of heads, and names those that it did not look at', async () => {
  for (const n of range(40)) await topicRow('queue', day(n), 2, large);
  const asked = Object.fromEntries(range(40).map((n) => [`queue:${day(n)}`, { epoch: 'e', seq: 1 }]));
  const seen: string[] = [];
  for (let heads: Record<string, object> = asked; Object.keys(heads).length > 0; ) {
    const { payload } = await ask({ action: 'sync', payload: { heads } });
    expect(meter.bytes).toBeLessThan(4_700_000);
    seen.push(...Object.keys(payload.behind));
    const more: readonly string[] = payload.more ?? [];
    heads = Object.fromEntries(more.map((name) => [name, asked[name] ?? {}]));
  }
  expect(new Set(seen)).toEqual(new Set(Object.keys(asked)));
});

test('what sync did not look at is named within an answer’s size', async () => {
  for (const n of range(700)) await topicRow('client', `${'c'.repeat(60)}${n}`, 1, {});
  const names = range(199).map((n) => `room:${'r'.repeat(60)}${n}`);
  const heads = { 'client:*': { at: 0 }, ...Object.fromEntries(names.map((name) => [name, 0])) };
  const { payload, bytes } = await ask({ action: 'sync', payload: { heads } });
  expect(payload.more.length).toBeGreaterThan(100);
  expect(bytes).toBeLessThan(30_500);
});

const client = {
  engagement: { status: 's', score: 1, note: 'x'.repeat(1_900), updatedAt: 1, version: 1 },
  totals: {},
};

test('a page of all clients is read for what fits into it', async () => {
  for (const n of range(300)) await topicRow('client', `c${n}`, 1, client);
  await ask({ action: 'subscribe', topic: 'client:*' });
  expect(meter.bytes).toBeLessThan(120_000);
});

test('who asks for the clients that changed has not more than some 2 MB of others read, and gets them all in pages', async () => {
  for (const n of range(2_000)) await topicRow('client', `c${n}`, 1, client, n % 400 === 0 ? undefined : 1);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const payload = { since: { at: memory.clock.now() }, ...(cursor !== undefined && { cursor }) };
    const { snapshot } = (await ask({ action: 'subscribe', topic: 'client:*', payload })).payload;
    expect(meter.bytes).toBeLessThan(3_200_000);
    found.push(...snapshot.clients.map(({ clientId }) => clientId));
    cursor = snapshot.cursor;
  } while (cursor !== undefined);
  expect(new Set(found)).toEqual(new Set(['c0', 'c1200', 'c1600', 'c400', 'c800']));
  const { payload } = await ask({
    action: 'sync',
    payload: { heads: { 'client:*': { at: memory.clock.now() } } },
  });
  expect(meter.bytes).toBeLessThan(3_200_000);
  expect(payload.behind).toHaveProperty('client:*');
});

test('a list of notifications that finds none of a kind reads some 2 MB at a time, and has a cursor', async () => {
  await topicRow('user', 'ann', 900, { unread: 0, notifications: { sent: 900, unreadBits: '0' } });
  for (const n of range(900)) {
    const item = JSON.stringify({ id: `${n}`, kind: 'k', title: 'x'.repeat(8_000) });
    await memory.table.write({ put: { ...notificationKey('t', 'ann', n + 1), kind: 'k', item } });
  }
  let pages = 0;
  for (let cursor: string | undefined; pages === 0 || cursor !== undefined; pages++) {
    const payload = { kind: 'none', ...(cursor !== undefined && { cursor }) };
    const answer = (await ask({ action: 'notification.list', payload })).payload;
    expect(answer.items).toEqual([]);
    expect(meter.bytes).toBeLessThan(3_200_000);
    cursor = answer.cursor;
  }
  expect(pages).toBeGreaterThan(2);
});

test('a hello of a hundred topics that are none is answered within an answer’s size', async () => {
  for (const name of ['\u0001'.repeat(40), '字'.repeat(76), 'x'.repeat(76)]) {
    const subs = range(100).map((n) => ({ topic: `${n}${name}` }));
    const { bytes, payload } = await ask({ action: 'hello', payload: { v: 1, subs } });
    expect(payload.subs.filter(({ error }) => error)).toHaveLength(100);
    expect(bytes).toBeLessThan(30_500);
  }
});

test('a hello names a hundred topics that are not its own feeds, in both of its lists, within an answer’s size', async () => {
  const hello = (subs: number, feeds: number) =>
    ask({
      action: 'hello',
      payload: {
        v: 1,
        subs: range(subs).map((n) => ({ topic: `${n}${'x'.repeat(76)}` })),
        feeds: ['user:me', ...range(feeds).map((n) => `client:${n}${'x'.repeat(62)}`)],
      },
    });
  for (const [subs, feeds] of [
    [1, 99],
    [50, 50],
  ] as const) {
    const { bytes, payload } = await hello(subs, feeds);
    expect(payload.subs.filter(({ error }) => error)).toHaveLength(100);
    expect(bytes).toBeLessThan(30_500);
  }
  const before = memory.table.dump();
  const { payload } = await hello(50, 51);
  expect(payload).toMatchObject({ code: 'validation_failed', details: [{ path: 'payload.feeds' }] });
  expect(memory.table.dump().filter(({ pk }) => pk.startsWith('SUBS#'))).toEqual(
    before.filter(({ pk }) => pk.startsWith('SUBS#')),
  );
});

test.each(['', 'x'.repeat(1_025), 'a b', '字'])(
  'a cursor that no page gave (%j) is validation_failed',
  async (cursor) => {
    const { payload } = await ask({ action: 'subscribe', topic: 'client:*', payload: { cursor } });
    expect(payload).toMatchObject({ code: 'validation_failed', details: [{ path: 'payload.cursor' }] });
  },
);

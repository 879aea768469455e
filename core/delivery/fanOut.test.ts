import { beforeEach, expect, test } from 'vitest';
import { drainDeliveries } from '../../test/support/drainDeliveries.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { connect } from '../connections/connect.ts';
import { readConnection } from '../connections/connections.ts';
import { join, leave } from '../connections/subscribe.ts';
import { deliver, fanOut } from './fanOut.ts';
import type { WorkUnit } from './workUnit.ts';

const topic = { kind: 'tenant' } as const;
const frame = JSON.stringify({ type: 'e', topic: 'tenant', epoch: 'x', seq: 7, payload: {} });
const event = { frame, epoch: 'x', seq: 7 };
let runtime: MemoryRuntime;

beforeEach(() => {
  runtime = memoryRuntime();
});

async function audience(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, n) => `c${n}`);
  for (const id of ids) {
    runtime.sockets.open(id);
    await connect(runtime, id, principal(runtime, { userId: `u${id}` }));
  }
  await runtime.clock.advance(60_000);
  return ids;
}

const send = (more: Partial<Parameters<typeof fanOut>[1]> = {}) =>
  fanOut(runtime, { tenant: 't', topic, events: [event], ...more });
const framesOf = (ids: readonly string[]) => ids.map((id) => runtime.sockets.frames(id).length);

test('a small audience is served at once, to the letter the same, and the sender may be spared', async () => {
  const ids = await audience(3);
  await send({ except: 'c1' });
  expect(framesOf(ids)).toEqual([1, 0, 1]);
  expect(runtime.sockets.frames('c0')).toEqual([frame]);
  expect(runtime.queue.waiting()).toEqual([]);
});

test('an audience above 250 goes through the queue in units of at most 500, and all get it once', async () => {
  const ids = await audience(600);
  await send();
  const units = runtime.queue.waiting() as unknown as WorkUnit[];
  expect(units.map(({ to }) => to.length)).toEqual([500, 100]);
  expect(framesOf(ids).every((count) => count === 0)).toBe(true);
  await drainDeliveries(runtime);
  expect(framesOf(ids).every((count) => count === 1)).toBe(true);
});

test('the events of one change reach their audience in order, which is read once, within the time of one', async () => {
  const ids = await audience(3);
  let reads = 0;
  const { table } = runtime;
  const query: typeof table.query = (range) => {
    reads++;
    return table.query(range);
  };
  const events = [1, 2, 3].map((seq) => ({ frame: JSON.stringify({ seq }), epoch: 'e', seq }));
  await fanOut({ ...runtime, table: { ...table, query } }, { tenant: 't', topic, events });
  expect(reads).toBe(1);
  for (const id of ids)
    expect(runtime.sockets.frames(id).map((text) => JSON.parse(text).seq)).toEqual([1, 2, 3]);
});

test('what of several events is not posted in time goes through the queue, each as its own unit', async () => {
  const ids = await audience(2);
  const events = [1, 2].map((seq) => ({ frame: JSON.stringify({ seq }), epoch: 'e', seq }));
  const slow = {
    ...runtime.sockets,
    async post(...[id, text]: Parameters<typeof runtime.sockets.post>) {
      if (JSON.parse(text).seq === 1) await runtime.clock.advance(60);
      return runtime.sockets.post(id, text);
    },
  };
  await fanOut({ ...runtime, sockets: slow }, { tenant: 't', topic, events });
  const units = runtime.queue.waiting() as unknown as WorkUnit[];
  expect(units.some(({ frame, to }) => JSON.parse(frame).seq === 2 && to.length === 2)).toBe(true);
  expect(units.map(({ part }) => part)).toEqual(units.map((_, index) => String(index)));
  await drainDeliveries(runtime);
  for (const id of ids)
    expect(new Set(runtime.sockets.frames(id).map((text) => JSON.parse(text).seq))).toEqual(new Set([1, 2]));
});

test('one connection in every bad way there is harms no other, and each of them is dealt with', async () => {
  const ids = await audience(8);
  const { sockets } = runtime;
  sockets.drop('c1');
  sockets.script('c2', 'behind');
  sockets.script('c3', 'behind', 'behind');
  sockets.script('c4', new Error('socket hang up'));
  await send();
  expect(framesOf(ids)).toEqual([1, 0, 0, 0, 0, 1, 1, 1]);
  await drainDeliveries(runtime);
  expect(framesOf(ids)).toEqual([1, 0, 1, 1, 1, 1, 1, 1]);
  expect(sockets.frames('c3')).toEqual([
    JSON.stringify({ type: 'resync', topic: 'tenant', payload: { epoch: 'x', seq: 7 } }),
  ]);
  expect(await readConnection(runtime.table, 'c1')).toMatchObject({ state: 'closed' });
  expect(await readConnection(runtime.table, 'c3')).toMatchObject({ state: 'open' });
});

test('a connection that looks gone is not removed as long as its handshake may last, by clocks that differ, and is tried again', async () => {
  await connect(runtime, 'young', principal(runtime));
  const [handshakeMs, aheadMs] = [29_000, 30_000];
  await runtime.clock.advance(handshakeMs + aheadMs);
  await send();
  expect(await readConnection(runtime.table, 'young')).toMatchObject({ state: 'open' });
  runtime.sockets.open('young');
  await runtime.clock.advance(1000);
  await drainDeliveries(runtime);
  expect(runtime.sockets.frames('young')).toEqual([frame]);
});

test('a live connection that a post found gone is closed, so that its client notices and comes back', async () => {
  const ids = await audience(2);
  runtime.sockets.script('c0', 'gone');
  await send();
  expect(runtime.sockets.opened()).toEqual(['c1']);
  expect(framesOf(ids)).toEqual([0, 1]);
  expect(await readConnection(runtime.table, 'c0')).toMatchObject({ state: 'closed' });
});

test('a connection that can be neither posted to nor closed keeps its rows, and is tried again', async () => {
  const ids = await audience(1);
  runtime.sockets.script('c0', 'gone');
  const failing = async () => {
    throw new Error('no answer');
  };
  await fanOut(
    { ...runtime, sockets: { ...runtime.sockets, close: failing } },
    { tenant: 't', topic, events: [event] },
  );
  expect(await readConnection(runtime.table, 'c0')).toMatchObject({ state: 'open' });
  await drainDeliveries(runtime);
  expect(framesOf(ids)).toEqual([1]);
});

test('a connection that fails for ever is given up after a few rounds and never blocks the queue', async () => {
  await audience(1);
  runtime.sockets.script('c0', ...Array.from({ length: 100 }, () => new Error('no route')));
  await send();
  await drainDeliveries(runtime);
  expect(runtime.queue.waiting()).toEqual([]);
});

test('only what failed is queued again', async () => {
  await audience(3);
  runtime.sockets.script('c1', 'behind');
  await send();
  expect(runtime.queue.waiting()).toMatchObject([{ to: ['c1'], round: 1 }]);
});

test('7: the completion carries the sums of what was sent at once and of all work units', async () => {
  await audience(300);
  runtime.sockets.drop('c5');
  runtime.sockets.script('c6', 'behind');
  runtime.sockets.open('sender');
  await send({ completion: { id: 'f1', connectionId: 'sender', ref: 'r' } });
  expect(runtime.sockets.frames('sender')).toEqual([]);
  await drainDeliveries(runtime);
  expect(runtime.sockets.frames('sender').map((text) => JSON.parse(text))).toEqual([
    { type: 'fanout.complete', ref: 'r', payload: { delivered: 299, gone: 1, queued: 1 } },
  ]);
});

/** The runtime with posts that are answered when they are let. */
function withHeldPosts(isHeld: (id: string) => boolean = () => true) {
  const { sockets } = runtime;
  const begun: string[] = [];
  const answers = new Map<string, () => void>();
  const post: typeof sockets.post = async (id, text) => {
    begun.push(id);
    if (isHeld(id)) await new Promise<void>((resolve) => answers.set(id, resolve));
    return sockets.post(id, text);
  };
  return {
    begun,
    answer: (id: string) => answers.get(id)?.(),
    held: { ...runtime, sockets: { ...sockets, post } },
  };
}

test('a slow post is waited for and not sent again; what was not begun in time goes through the queue', async () => {
  const ids = await audience(12);
  const { begun, answer, held } = withHeldPosts();
  const sent = fanOut(held, { tenant: 't', topic, events: [event] });
  await runtime.clock.advance(2_000);
  for (const id of begun) answer(id);
  await sent;
  const posted = new Set(begun);
  expect(ids.map((id) => runtime.sockets.frames(id).length)).toEqual(
    ids.map((id) => (posted.has(id) ? 1 : 0)),
  );
  expect(posted.size).toBeLessThan(12);
  const rest = ids.filter((id) => !posted.has(id));
  expect(runtime.queue.waiting()).toMatchObject([{ round: 0, to: expect.arrayContaining(rest) }]);
  await drainDeliveries(runtime);
  expect(framesOf(ids).every((count) => count === 1)).toBe(true);
});

test('a post that is not answered at all holds the reply for 3 s, and is tried again from the queue', async () => {
  const ids = await audience(3);
  const { held } = withHeldPosts((id) => id === 'c1');
  const sent = fanOut(held, { tenant: 't', topic, events: [event] });
  await runtime.clock.advance(50 + 3_000);
  await sent;
  expect(framesOf(ids)).toEqual([1, 0, 1]);
  expect(runtime.queue.waiting()).toMatchObject([{ to: ['c1'], round: 1 }]);
});

test('a request begins with few posts, since each may open a connection, and adds one for each that ends', async () => {
  const ids = await audience(40);
  const { begun, answer, held } = withHeldPosts();
  const sent = fanOut(held, { tenant: 't', topic, events: [event] });
  await runtime.clock.advance(1);
  expect(begun).toHaveLength(8);
  for (const id of begun.slice(0, 3)) answer(id);
  await runtime.clock.advance(1);
  expect(begun).toHaveLength(8 + 2 * 3);
  for (let at = 3; at < ids.length; at++) {
    answer(begun[at] ?? '');
    await runtime.clock.advance(0);
  }
  await sent;
  expect(framesOf(ids).every((count) => count === 1)).toBe(true);
});

test('a gone connection whose rows cannot be removed now does not keep another from being tried again', async () => {
  await audience(3);
  runtime.sockets.drop('c0');
  runtime.sockets.script('c1', 'behind');
  const { table } = runtime;
  const busy = { ...table, write: () => Promise.reject(new Error('throttled')) };
  await fanOut({ ...runtime, table: busy }, { tenant: 't', topic, events: [event] });
  const queued = runtime.queue.waiting() as unknown as WorkUnit[];
  expect(new Set(queued.flatMap(({ to }) => to))).toEqual(new Set(['c0', 'c1']));
});

test('7: a work unit that is delivered twice counts once, and the completion comes once', async () => {
  await audience(300);
  runtime.sockets.open('sender');
  await send({ completion: { id: 'f1', connectionId: 'sender', ref: 'r' } });
  const [unit] = runtime.queue.waiting() as unknown as WorkUnit[];
  if (!unit) throw new Error('nothing was queued');
  await deliver(runtime, unit);
  await deliver(runtime, unit);
  expect(runtime.sockets.frames('sender').map((text) => JSON.parse(text).payload)).toEqual([
    { delivered: 300, gone: 0, queued: 1 },
  ]);
});

test('at most 64 posts are under way at once, and everybody gets the frame all the same', async () => {
  const ids = await audience(200);
  const { sockets } = runtime;
  let underWay = 0;
  let max = 0;
  const counted = {
    ...sockets,
    async post(id: string, text: string) {
      max = Math.max(max, ++underWay);
      await runtime.clock.advance(0);
      underWay--;
      return sockets.post(id, text);
    },
  };
  await fanOut(
    { ...runtime, sockets: counted },
    { tenant: 't', topic, events: [{ frame }], noTimeLimit: true },
  );
  expect(max).toBe(64);
  expect(framesOf(ids).every((count) => count === 1)).toBe(true);
});

test('who has left the tenant’s feed hears none of it, and does again once it is back', async () => {
  const ids = await audience(2);
  const c0 = await readConnection(runtime.table, 'c0');
  if (!c0) throw new Error('there is no such connection');
  await leave(runtime, c0, topic);
  await send();
  expect(framesOf(ids)).toEqual([0, 1]);
  await join(runtime, c0, [topic]);
  await send();
  expect(framesOf(ids)).toEqual([1, 2]);
});

test('an event reaches nobody of another tenant, though topics have the same names there', async () => {
  const ids = await audience(2);
  runtime.sockets.open('stranger');
  await connect(runtime, 'stranger', principal(runtime, { tenant: 'u' }));
  const room = { kind: 'room', id: 'lobby' } as const;
  for (const id of [...ids, 'stranger']) {
    const connection = await readConnection(runtime.table, id);
    if (connection) await join(runtime, connection, [room]);
  }
  await send();
  await send({ topic: room });
  expect(framesOf([...ids, 'stranger'])).toEqual([2, 2, 0]);
});

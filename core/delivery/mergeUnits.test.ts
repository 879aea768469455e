import { beforeEach, expect, test } from 'vitest';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { connect } from '../connections/connect.ts';
import { readConnection } from '../connections/connections.ts';
import type { SentEvent } from './batch.ts';
import { type DeliveryWork, deliverWorks } from './deliverWork.ts';
import { fanOut } from './fanOut.ts';
import type { WorkUnit } from './workUnit.ts';

const topic = { kind: 'tenant' } as const;
let runtime: MemoryRuntime;
beforeEach(() => {
  runtime = memoryRuntime();
});

/** So many that a sender posts to none of them itself. Those from `alone` on understand no batches. */
async function audience({ alone = 300 } = {}): Promise<string[]> {
  const ids = Array.from({ length: 300 }, (_, n) => `c${n}`);
  for (const [n, id] of ids.entries()) {
    runtime.sockets.open(id);
    await connect(runtime, id, principal(runtime, { userId: `u${id}` }), { batch: n < alone });
  }
  await runtime.clock.advance(60_000);
  return ids;
}

const eventOf = (seq: number, { epoch = 'x', text = '', name = 'tenant' } = {}): SentEvent => ({
  frame: JSON.stringify({ type: 'e', topic: name, epoch, seq, id: `${name}-${seq}`, payload: { text } }),
  epoch,
  seq,
});
const send = (event: SentEvent, more: Partial<Parameters<typeof fanOut>[1]> = {}) =>
  fanOut(runtime, { tenant: 't', topic, events: [event], ...more });

/** What the queue has is handed to one invocation. */
function invoke(order = (units: readonly WorkUnit[]) => units) {
  const messages = runtime.queue.receive();
  const units = order(messages.map(({ body }) => body as unknown as WorkUnit));
  for (const { done } of messages) done();
  return Promise.allSettled(deliverWorks(runtime, units));
}
const posted = (id: string) => runtime.sockets.frames(id);
const framesIn = (text: string): string[] => {
  const frame = JSON.parse(text);
  return frame.type === 'batch' ? frame.payload.frames.map((one: object) => JSON.stringify(one)) : [text];
};

test('8: what the work units of one invocation have for a connection is one message, in the order of their commits', async () => {
  const ids = await audience();
  const events = [1, 2, 3, 4].map((seq) => eventOf(seq));
  for (const event of events) await send(event);
  await invoke((units) => units.toReversed());
  for (const id of ids) {
    expect(posted(id)).toHaveLength(1);
    expect(posted(id).flatMap(framesIn)).toEqual(events.map(({ frame }) => frame));
  }
});

test('8: the units of several topics are one message too, each topic in its order, and what came twice is in it once', async () => {
  await audience();
  const names = ['tenant', 'msp'];
  const events = [1, 2].flatMap((seq) => names.map((name) => eventOf(seq, { name })));
  for (const event of events) await send(event);
  await invoke((units) => [...units, ...units].toReversed());
  const [text = '', ...more] = posted('c0');
  expect(more).toEqual([]);
  const framesOf = (name: string) => framesIn(text).filter((frame) => JSON.parse(frame).topic === name);
  const sent = events.map(({ frame }) => frame);
  for (const name of names) {
    expect(framesOf(name)).toEqual(sent.filter((frame) => JSON.parse(frame).topic === name));
  }
});

test('8: batches of windows are taken apart and merged, up to 30 KB a message', async () => {
  await audience();
  const events = Array.from({ length: 40 }, (_, n) => eventOf(n + 1, { text: 'x'.repeat(1_000) }));
  for (let from = 0; from < 40; from += 10) {
    await fanOut(runtime, { tenant: 't', topic, events: events.slice(from, from + 10) });
  }
  await invoke((units) => units.toReversed());
  expect(posted('c0')).toHaveLength(2);
  expect(posted('c0').every((text) => Buffer.byteLength(text) <= 30_000)).toBe(true);
  const reached = posted('c0').flatMap(framesIn);
  expect(new Set(reached)).toEqual(new Set(events.map(({ frame }) => frame)));
});

test('8: who understands no batches gets each event by itself, and who is in one unit alone what is in it', async () => {
  await audience({ alone: 298 });
  await send(eventOf(1), { except: 'c0' });
  await send(eventOf(2));
  await invoke();
  expect(posted('c299')).toEqual([eventOf(1).frame, eventOf(2).frame]);
  expect(posted('c0')).toEqual([eventOf(2).frame]);
  expect(posted('c1').map((text) => framesIn(text).length)).toEqual([2]);
});

test('what is merged and fails is queued again for those it failed for, as one, and a resync stands for its last event', async () => {
  const ids = await audience();
  await send(eventOf(1));
  await send(eventOf(2));
  runtime.sockets.script('c5', 'behind', 'behind');
  runtime.sockets.drop('c6');
  await invoke();
  const queued = runtime.queue.waiting() as unknown as WorkUnit[];
  expect(queued).toMatchObject([{ to: ['c5'], round: 1, frames: 2 }]);
  await runtime.clock.advance(1_000);
  await invoke();
  await runtime.clock.advance(10_000);
  await invoke();
  expect(posted('c5').map((text) => JSON.parse(text))).toEqual([
    { type: 'resync', topic: 'tenant', payload: { epoch: 'x', seq: 2 } },
  ]);
  expect(await readConnection(runtime.table, 'c6')).toMatchObject({ state: 'closed' });
  expect(ids.filter((id) => posted(id).length !== 1)).toEqual(['c6']);
});

test('what was tried before goes by itself: whether word of it is on its way is judged by what it says', async () => {
  await audience();
  await send(eventOf(1));
  runtime.sockets.script('c5', 'behind');
  await invoke();
  await send(eventOf(2));
  await runtime.clock.advance(1_000);
  await invoke();
  expect(new Set(posted('c5'))).toEqual(new Set([eventOf(1).frame, eventOf(2).frame]));
});

/** Two events in units for who understands batches and for who does not, in a batch with what nobody understands. */
async function invokeWithoutQueue(unreachable: string) {
  await audience({ alone: 299 });
  for (const seq of [1, 2]) await send(eventOf(seq));
  const [one, oneAlone, two, twoAlone] = runtime.queue.waiting() as unknown as WorkUnit[];
  const works = {
    one,
    oneAlone,
    poison: { poison: true },
    two,
    none: null,
    twoAlone,
    former: { roomOf: 'r' },
  };
  // Who cannot be reached is to be tried again, and cannot be queued.
  runtime.sockets.script(unreachable, new Error('socket hang up'));
  const full = { ...runtime, queue: { send: () => Promise.reject(new Error('no queue')) } };
  const all = Object.values(works) as unknown as DeliveryWork[];
  const ended = await Promise.allSettled(deliverWorks(full, all));
  return Object.keys(works).filter((_, index) => ended[index]?.status === 'rejected');
}

test('what several units have for somebody and cannot be done comes again with each of them, and no other unit does', async () => {
  expect(await invokeWithoutQueue('c5')).toEqual(['one', 'poison', 'two', 'none']);
  expect(posted('c4')).toHaveLength(1);
  expect(posted('c299')).toHaveLength(2);
});

test('a unit that cannot be done comes again by itself', async () => {
  expect(await invokeWithoutQueue('c299')).toEqual(['oneAlone', 'poison', 'none']);
});

test('7: what a completion counts is not merged: each of its parts counts', async () => {
  await audience();
  runtime.sockets.open('sender');
  for (const seq of [1, 2])
    await send(eventOf(seq), { completion: { id: `f${seq}`, connectionId: 'sender' } });
  await invoke();
  expect(posted('c0')).toHaveLength(2);
  expect(posted('sender').map((text) => JSON.parse(text).payload)).toEqual([
    { delivered: 300, gone: 0, queued: 1 },
    { delivered: 300, gone: 0, queued: 1 },
  ]);
});

test('8: a batch that says what was left out of it goes as it is', async () => {
  const [first = ''] = await audience();
  const batch = `{"type":"batch","ts":1,"payload":{"frames":[${eventOf(3).frame}],"skipped":{"tenant":{"epoch":"x","ranges":[[1,2]]}}}}`;
  await send(eventOf(4));
  const [unit] = runtime.queue.waiting() as unknown as WorkUnit[];
  if (!unit) throw new Error('nothing was queued');
  await Promise.all(deliverWorks(runtime, [unit, { ...unit, frame: batch }]));
  expect(new Set(posted(first))).toEqual(new Set([batch, eventOf(4).frame]));
});

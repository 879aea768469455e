import { beforeEach, expect, test } from 'vitest';
import { drainDeliveries } from '../../test/support/drainDeliveries.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { choose } from '../connections/choose.ts';
import { connect } from '../connections/connect.ts';
import { readConnection, requireOpen } from '../connections/connections.ts';
import type { SentEvent } from './batch.ts';
import { fanOut } from './fanOut.ts';
import type { WorkUnit } from './workUnit.ts';

const topic = { kind: 'tenant' } as const;
let runtime: MemoryRuntime;
beforeEach(() => {
  runtime = memoryRuntime();
});

/** Opens connections of which those that are named understand batches. */
async function audience(ids: readonly string[], batching: readonly string[]) {
  for (const id of ids) {
    runtime.sockets.open(id);
    const choice = { batch: batching.includes(id) };
    await connect(runtime, id, principal(runtime, { userId: `u${id}` }), choice);
  }
  await runtime.clock.advance(60_000);
}
const eventsOf = (count: number, bytes = 100): SentEvent[] =>
  Array.from({ length: count }, (_, n) => {
    const body = { type: 'e', topic: 'tenant', epoch: 'x', seq: n + 1, payload: { text: '' } };
    const text = 'é'.repeat((bytes - JSON.stringify(body).length) / 2);
    return { frame: JSON.stringify({ ...body, payload: { text } }), epoch: 'x', seq: n + 1 };
  });
const send = (events: readonly SentEvent[], more: Partial<Parameters<typeof fanOut>[1]> = {}) =>
  fanOut(runtime, { tenant: 't', topic, events, ...more });
const framesTo = (id: string) => runtime.sockets.frames(id);
const inBatch = (frame: string) => JSON.parse(frame).payload.frames.map((one: object) => JSON.stringify(one));

test('8: who asked for batches gets the events of one change as one frame, each to the letter; others get each', async () => {
  await audience(['c0', 'c1'], ['c0']);
  const events = eventsOf(3);
  await send(events);
  expect(framesTo('c0')).toHaveLength(1);
  expect(JSON.parse(framesTo('c0')[0] as string)).toMatchObject({ type: 'batch', ts: runtime.clock.now() });
  expect(inBatch(framesTo('c0')[0] as string)).toEqual(events.map(({ frame }) => frame));
  expect(framesTo('c1')).toEqual(events.map(({ frame }) => frame));
});

test('8: a single event is no batch', async () => {
  await audience(['c0'], ['c0']);
  const [event] = eventsOf(1) as [SentEvent];
  await send([event]);
  expect(framesTo('c0')).toEqual([event.frame]);
});

test('8: 20 events of 1 KB to one reader cost at most 2 messages', async () => {
  await audience(['c0'], ['c0']);
  await send(eventsOf(20, 1_100));
  expect(framesTo('c0').length).toBeLessThanOrEqual(2);
});

test('8: a batch is at most 30 KB, however its text is written, and a frame above that goes alone', async () => {
  await audience(['c0'], ['c0']);
  const events = [...eventsOf(70, 1_000), ...eventsOf(1, 40_000), ...eventsOf(2)];
  await send(events);
  const frames = framesTo('c0');
  const sizes = frames.map((frame) => Buffer.byteLength(frame));
  expect(sizes.filter((bytes) => bytes > 30_000)).toEqual([Buffer.byteLength(events[70]?.frame ?? '')]);
  expect(frames).toHaveLength(5);
  expect(frames.flatMap((frame) => (frame.startsWith('{"type":"batch"') ? inBatch(frame) : frame))).toEqual(
    events.map(({ frame }) => frame),
  );
});

test('7, 8: the completion counts each frame of a batch, also of those that went through the queue', async () => {
  await audience(['c0', 'c1', 'c2'], ['c0', 'c2']);
  runtime.sockets.script('c0', 'behind');
  runtime.sockets.drop('c2');
  runtime.sockets.open('sender');
  await send(eventsOf(4), { completion: { id: 'f1', connectionId: 'sender', ref: 'r' } });
  await drainDeliveries(runtime);
  expect(framesTo('sender').map((text) => JSON.parse(text).payload)).toEqual([
    { delivered: 8, gone: 4, queued: 1 },
  ]);
});

test('8: whoever is too slow for a batch is told to go on from its last event', async () => {
  await audience(['c0'], ['c0']);
  runtime.sockets.script('c0', 'behind', 'behind');
  await send(eventsOf(4));
  await drainDeliveries(runtime);
  expect(framesTo('c0').map((text) => JSON.parse(text))).toEqual([
    { type: 'resync', topic: 'tenant', payload: { epoch: 'x', seq: 4 } },
  ]);
});

test('8: an audience of hundreds gets its batches through the queue, one post each', async () => {
  const ids = Array.from({ length: 150 }, (_, n) => `c${n}`);
  await audience(ids, ids.slice(0, 100));
  await send(eventsOf(6));
  const units = runtime.queue.waiting() as unknown as WorkUnit[];
  expect(units.map(({ to, frames }) => [to.length, frames])).toEqual([
    [100, 6],
    ...eventsOf(6).map(() => [50, undefined]),
  ]);
  await drainDeliveries(runtime);
  expect(ids.map((id) => framesTo(id).length)).toEqual(ids.map((_, n) => (n < 100 ? 1 : 6)));
});

test('8: who ended batches while one waited in the queue gets its frames one by one', async () => {
  await audience(['c0'], ['c0']);
  runtime.sockets.script('c0', 'behind');
  const events = eventsOf(3);
  await send(events);
  const connection = requireOpen(await readConnection(runtime.table, 'c0'));
  await choose(runtime, connection, { batch: false }, []);
  await drainDeliveries(runtime);
  expect(framesTo('c0')).toEqual(events.map(({ frame }) => frame));
});

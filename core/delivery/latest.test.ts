import { beforeEach, expect, test } from 'vitest';
import { drainDeliveries } from '../../test/support/drainDeliveries.ts';
import { type MemoryRuntime, memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { choose } from '../connections/choose.ts';
import { readConnection, requireOpen } from '../connections/connections.ts';
import type { SentEvent } from './batch.ts';
import { fanOut } from './fanOut.ts';

const topic = { kind: 'room', id: 'figures' };
let runtime: MemoryRuntime;

/** Rooms are about what their events say: only the latest of each counts. */
beforeEach(async () => {
  const memory = memoryRuntime();
  const kinds = new Map(memory.app.kinds);
  const rules = kinds.get('room');
  if (!rules) throw new Error('there are no rooms');
  const latestPer = ({ payload }: { readonly payload: object }) =>
    (payload as { readonly about?: string }).about;
  kinds.set('room', { ...rules, latestPer });
  runtime = { ...memory, app: { ...memory.app, kinds } };
  for (const [id, batch] of [
    ['c1', true],
    ['c2', false],
  ] as const) {
    const who = principal(runtime, { userId: id });
    const connection = await openConnection(runtime, id, who, { batch, feeds: [] });
    await connection.ask('s', { action: 'subscribe', topic: 'room:figures' });
  }
});

/** @param about what each is about; `undefined`: nothing in particular */
const eventsOf = (about: readonly (string | undefined)[], text = ''): SentEvent[] =>
  about.map((one, n) => {
    const body = {
      type: 'figure',
      topic: 'room:figures',
      epoch: 'e',
      seq: n + 1,
      payload: { about: one, text },
    };
    return { frame: JSON.stringify(body), epoch: 'e', seq: n + 1 };
  });
const send = (events: readonly SentEvent[]) => fanOut(runtime, { tenant: 't', topic, events });
interface Batch {
  readonly type: string;
  readonly payload: {
    readonly frames: readonly { readonly seq: number }[];
    readonly skipped?: { readonly [topic: string]: { readonly epoch: string; readonly ranges: number[][] } };
  };
}
const batches = (): Batch[] => runtime.sockets.frames('c1').map((text) => JSON.parse(text));

test('8: of a kind of which only the latest about the same counts, a batch leaves out the older ones and says so', async () => {
  await send(eventsOf(['a', 'b', 'a', 'a', undefined, 'b', 'a']));
  expect(batches()).toHaveLength(1);
  expect(batches()[0]?.payload.frames.map(({ seq }) => seq)).toEqual([5, 6, 7]);
  expect(batches()[0]?.payload.skipped).toEqual({ 'room:figures': { epoch: 'e', ranges: [[1, 4]] } });
  // Who understands no batches gets each.
  expect(runtime.sockets.frames('c2')).toHaveLength(7);
});

test('8: where one event is left of several, it is in a batch that says which are not', async () => {
  await send(eventsOf(['a', 'a', 'a']));
  expect(batches()[0]).toMatchObject({
    type: 'batch',
    payload: { skipped: { 'room:figures': { ranges: [[1, 2]] } } },
  });
  expect(batches()[0]?.payload.frames.map(({ seq }) => seq)).toEqual([3]);
});

test('8: what is left out stands in the batch of that which takes its place, and each is at most 30 KB', async () => {
  const about = Array.from({ length: 240 }, (_, n) => `figure ${n % 60}`);
  await send(eventsOf(about, 'x'.repeat(500)));
  expect(batches().length).toBeGreaterThan(1);
  let expected = 1;
  for (const { payload } of batches()) {
    expect(
      Buffer.byteLength(JSON.stringify({ type: 'batch', ts: runtime.clock.now(), payload })),
    ).toBeLessThanOrEqual(30_000);
    const skipped = payload.skipped?.['room:figures']?.ranges.flatMap(([from = 0, to = 0]) =>
      Array.from({ length: to - from + 1 }, (_, n) => from + n),
    );
    const replaced = payload.frames.flatMap(({ seq }) => [seq - 180, seq - 120, seq - 60]);
    expect(skipped).toEqual(replaced.toSorted((one, other) => one - other));
    for (const { seq } of payload.frames) expect(seq).toBe(180 + expected++);
  }
  expect(expected).toBe(61);
});

test('8: what has no number cannot be said to be left out, and is not', async () => {
  const [first, second] = eventsOf(['a', 'a']);
  await send([{ frame: first?.frame ?? '' }, { frame: second?.frame ?? '' }]);
  expect(batches()[0]?.payload.frames).toHaveLength(2);
});

test('8: what is left out is of the topic’s last epoch, since that is what a batch can name', async () => {
  const before = eventsOf(['a', 'a']).map(({ frame, ...event }) => ({
    ...event,
    frame: frame.replace('"epoch":"e"', '"epoch":"d"'),
    epoch: 'd',
  }));
  await send([...before, ...eventsOf(['a', 'a'])]);
  expect(batches()[0]?.payload.frames.map(({ seq }) => seq)).toEqual([1, 2, 2]);
  expect(batches()[0]?.payload.skipped).toEqual({ 'room:figures': { epoch: 'e', ranges: [[1, 1]] } });
});

test('8: who ended batches while one waited in the queue gets the one frame that is left of it by itself', async () => {
  runtime.sockets.script('c1', 'behind');
  const events = eventsOf(['a', 'a', 'a']);
  await send(events);
  const connection = requireOpen(await readConnection(runtime.table, 'c1'));
  await choose(runtime, connection, { batch: false }, []);
  await drainDeliveries(runtime);
  const figures = runtime.sockets.frames('c1').filter((frame) => frame.includes('"figure"'));
  expect(figures).toEqual([events[2]?.frame]);
});

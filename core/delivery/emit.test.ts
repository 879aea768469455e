import { beforeEach, expect, test } from 'vitest';
import { manualClock, seededRandom } from '../../adapters/memory/clock.ts';
import { type MemoryEventBus, memoryEventBus } from '../../adapters/memory/eventBus.ts';
import type { OutgoingEvent } from '../ports.ts';
import { emit, type StreamedEvent } from './emit.ts';

let bus: MemoryEventBus;
let reports: string[];
beforeEach(() => {
  bus = memoryEventBus();
  reports = [];
});

function runtime() {
  const clock = manualClock(0);
  return {
    bus,
    clock: { now: clock.now, wait: (ms: number) => clock.advance(ms) },
    random: seededRandom(1),
    reporter: {
      report: (error: unknown, { requestId, what }: { requestId: string; what: string }) =>
        void reports.push(`${requestId}: ${what}: ${String(error)}`),
    },
  };
}

const streamed = (n: number, type = `thing.${n}`, payload: object = {}): StreamedEvent => ({
  sequenceNumber: String(n),
  pk: 'LOG#acme%23msp#client:c%3A1#e',
  frame: JSON.stringify({
    type,
    topic: 'client:c:1',
    epoch: 'e',
    seq: n,
    id: `i${n}`,
    from: 'ann',
    ts: 5,
    payload,
  }),
});

test('another service gets all of an event, and of whose tenant it is', async () => {
  expect(await emit(runtime(), [streamed(7, 'engagement', { status: 'active' })])).toBeUndefined();
  expect(bus.events()).toEqual([
    {
      source: 'tidings.events',
      type: 'engagement',
      detail: {
        tenant: 'acme#msp',
        topic: 'client:c:1',
        type: 'engagement',
        epoch: 'e',
        seq: 7,
        id: 'i7',
        from: 'ann',
        ts: 5,
        payload: { status: 'active' },
      },
    },
  ]);
});

test('an event of a user’s own feed says whose: to other services, `me` is nobody', async () => {
  const frame = JSON.stringify({ type: 'notification', topic: 'user:me', payload: {} });
  await emit(runtime(), [{ sequenceNumber: '1', pk: 'LOG#t#user:a%23%3A b#e', frame }]);
  expect(bus.events()).toMatchObject([{ detail: { topic: 'user:a#: b' } }]);
});

test('what is taken at the second try is no failure, and nothing else is put twice for it', async () => {
  let tries = 0;
  const put = async (events: readonly OutgoingEvent[]) => {
    tries += 1;
    bus.fail(tries === 1 ? ['thing.2'] : []);
    return bus.put(events);
  };
  const events = [streamed(1), streamed(2), streamed(3)];
  expect(await emit({ ...runtime(), bus: { put } }, events)).toBeUndefined();
  expect(bus.events().map(({ type }) => type)).toEqual(['thing.1', 'thing.3', 'thing.2']);
  expect(reports).toEqual([]);
});

test('the first that the bus still does not take after three seconds comes again, and is reported', async () => {
  bus.fail(['thing.2', 'thing.4']);
  const events = [streamed(1), streamed(2), streamed(3), streamed(4)];
  expect(await emit(runtime(), events)).toBe('2');
  expect(reports).toEqual(['2: events for the event bus: Error: the event bus failed']);
});

test('one that the bus will never take is reported once and holds up nothing', async () => {
  const events = [streamed(1, 'large', { big: 'x'.repeat(300_000) }), streamed(2)];
  expect(await emit(runtime(), events)).toBeUndefined();
  expect(bus.events().map(({ type }) => type)).toEqual(['thing.2']);
  expect(reports).toEqual([
    '1: an event that the event bus refused: RangeError: an event for the event bus is smaller than 256 KB',
  ]);
});

test('what is no failure of the bus is not taken for one', async () => {
  await expect(emit(runtime(), [{ ...streamed(1), frame: 'no JSON' }])).rejects.toThrow(SyntaxError);
});

import { beforeEach, expect, it } from 'vitest';
import type { Queue, Value } from '../core/ports.ts';
import { type ManualClock, manualClock } from './memory/clock.ts';

export interface QueueUnderTest {
  readonly queue: Queue;
  /** Takes the bodies that are due off the queue. */
  receive(): Value[];
}

/** Tests for every queue. There is no order, so none is tested. */
export function queueContract(make: (clock: ManualClock) => QueueUnderTest): void {
  let clock: ManualClock;
  let test: QueueUnderTest;
  beforeEach(() => {
    clock = manualClock(1_700_000_000_000);
    test = make(clock);
  });
  const sorted = (bodies: readonly Value[]) => bodies.map((body) => JSON.stringify(body)).sort();

  it('every body that was sent is received as it was', async () => {
    const bodies = [{ text: 'grüße 👋', list: [1, null, true] }, 'text', 7];
    await test.queue.send(bodies);
    expect(sorted(test.receive())).toEqual(sorted(bodies));
    expect(test.receive()).toEqual([]);
  });

  it('sending nothing is nothing', async () => {
    await test.queue.send([]);
    expect(test.receive()).toEqual([]);
  });

  it('any number can be sent at once, however large together', async () => {
    const bodies = Array.from({ length: 25 }, (_, n) => ({ n, big: 'x'.repeat(n === 3 ? 200_000 : 30_000) }));
    await test.queue.send(bodies);
    expect(sorted(test.receive())).toEqual(sorted(bodies));
  });

  it.each([
    [1, 1_000],
    [1_000, 1_000],
    [1_001, 2_000],
    [900_000, 900_000],
  ])('a delay of %i ms is one of %i ms, and never less', async (delayMs, actualMs) => {
    await test.queue.send(['late'], delayMs);
    await clock.advance(actualMs - 1);
    expect(test.receive()).toEqual([]);
    await clock.advance(1);
    expect(test.receive()).toEqual(['late']);
  });

  it('a delay that is over already is none', async () => {
    await test.queue.send(['due'], -1);
    expect(test.receive()).toEqual(['due']);
  });

  it.each([900_001, Number.NaN])('a delay of %d ms is refused', async (delayMs) => {
    await expect(test.queue.send(['x'], delayMs)).rejects.toThrow(RangeError);
    await clock.advance(3_600_000);
    expect(test.receive()).toEqual([]);
  });

  it('a body above 256 KB is refused, and none of its companions is sent', async () => {
    await expect(test.queue.send(['small', 'x'.repeat(256 * 1024 - 1)])).rejects.toThrow(RangeError);
    expect(test.receive()).toEqual([]);
    await test.queue.send(['x'.repeat(256 * 1024 - 2)]);
    expect(test.receive()).toHaveLength(1);
  });
}

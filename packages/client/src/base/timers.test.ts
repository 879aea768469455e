import { expect, test } from 'vitest';
import { createVirtualClock } from '../../testing/index.ts';
import { createTimers } from './timers.ts';

function timers(dueAfterMs: number) {
  const clock = createVirtualClock();
  const start = clock.now();
  const ran: number[] = [];
  const woke: number[] = [];
  let dueAt = start + dueAfterMs;
  const made = createTimers(clock, () => woke.push(clock.now() - start));
  made.add({
    dueAt: () => dueAt,
    run() {
      ran.push(clock.now() - start);
      dueAt = Number.POSITIVE_INFINITY;
    },
  });
  made.start();
  return { clock, ran, woke, made, due: (ms: number) => (dueAt = start + ms) };
}

test('a task runs when it is due, once', async () => {
  const { clock, ran, woke } = timers(40_000);
  await clock.advance(120_000);
  expect([ran, woke]).toEqual([[40_000], []]);
});

test('a task that becomes due earlier runs then', async () => {
  const { clock, ran, made, due } = timers(1_000_000);
  due(2_000);
  made.rearm();
  await clock.advance(3_000);
  expect(ran).toEqual([2_000]);
});

test('a machine that slept is noticed, and what was due meanwhile runs', async () => {
  const { clock, ran, woke } = timers(1_000_000);
  await clock.sleep(2_000_000);
  expect([ran, woke]).toEqual([[2_000_000], [2_000_000]]);
});

test('after the end nothing runs', async () => {
  const { clock, ran, made } = timers(1_000);
  made.stop();
  made.rearm();
  await clock.advance(60_000);
  expect(ran).toEqual([]);
});

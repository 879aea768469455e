import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from './clock.ts';

test('a timer that was cancelled does not run, another does', async () => {
  const ran: string[] = [];
  systemClock.setTimeout(() => ran.push('cancelled'), 0).cancel();
  await new Promise<void>((resolve) => {
    systemClock.setTimeout(resolve, 0);
  });
  expect(ran).toEqual([]);
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
});

test.each([2 ** 31, 1e300, Number.POSITIVE_INFINITY])('a timer of %d ms is not due at once', (ms) => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let isDue = false;
  systemClock.setTimeout(() => {
    isDue = true;
  }, ms);
  vi.advanceTimersByTime(1_000_000);
  expect(isDue).toBe(false);
});

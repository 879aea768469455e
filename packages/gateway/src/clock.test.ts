import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 5_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test('the system clock tells the time of the machine', () => {
  expect(systemClock.now()).toBe(5_000);
});

test('a timer runs once when it is due, and not when it was cancelled', () => {
  const ran: string[] = [];
  systemClock.setTimeout(() => ran.push('kept'), 100);
  systemClock.setTimeout(() => ran.push('cancelled'), 50).cancel();
  vi.advanceTimersByTime(99);
  expect(ran).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(ran).toEqual(['kept']);
});

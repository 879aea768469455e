import { expect, test } from 'vitest';
import { manualClock } from '../conformance/manualClock.ts';
import { tokenBucket } from './tokenBucket.ts';

const takeAll = (take: () => boolean): number => {
  let taken = 0;
  while (taken < 1_000 && take()) taken += 1;
  return taken;
};

test('a full bucket lets its burst pass at once', () => {
  expect(takeAll(tokenBucket(10, 5, manualClock()))).toBe(5);
});

test('an empty bucket fills at its rate, part by part', () => {
  const clock = manualClock();
  const take = tokenBucket(10, 5, clock);
  takeAll(take);
  clock.advance(150);
  expect(takeAll(take)).toBe(1);
  clock.advance(50);
  expect(takeAll(take)).toBe(1);
});

test('a bucket never holds more than its burst', () => {
  const clock = manualClock();
  const take = tokenBucket(10, 5, clock);
  clock.advance(3_600_000);
  expect(takeAll(take)).toBe(5);
});

test('a clock that goes back costs nothing', () => {
  let nowMs = 1_000;
  const take = tokenBucket(10, 1, { now: () => nowMs, setTimeout: manualClock().setTimeout });
  nowMs = 0;
  expect(take()).toBe(true);
  nowMs = 100;
  expect(take()).toBe(true);
});

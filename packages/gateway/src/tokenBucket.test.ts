import { createVirtualClock } from '@tidings/client/testing';
import { expect, test } from 'vitest';
import { tokenBucket } from './tokenBucket.ts';

const takeAll = (take: () => boolean): number => {
  let taken = 0;
  while (taken < 1_000 && take()) taken += 1;
  return taken;
};

test('a full bucket lets its burst pass at once', () => {
  expect(takeAll(tokenBucket(10, 5, createVirtualClock()))).toBe(5);
});

test('an empty bucket fills at its rate, part by part', async () => {
  const clock = createVirtualClock();
  const take = tokenBucket(10, 5, clock);
  takeAll(take);
  await clock.advance(150);
  expect(takeAll(take)).toBe(1);
  await clock.advance(50);
  expect(takeAll(take)).toBe(1);
});

test('a bucket never holds more than its burst', async () => {
  const clock = createVirtualClock();
  const take = tokenBucket(10, 5, clock);
  await clock.advance(3_600_000);
  expect(takeAll(take)).toBe(5);
});

test('a clock that goes back costs nothing', () => {
  let nowMs = 1_000;
  const take = tokenBucket(10, 1, { now: () => nowMs, setTimeout: createVirtualClock().setTimeout });
  nowMs = 0;
  expect(take()).toBe(true);
  nowMs = 100;
  expect(take()).toBe(true);
});

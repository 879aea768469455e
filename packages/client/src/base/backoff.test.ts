import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test.each([
  [0, 1_000],
  [1, 2_000],
  [5, 32_000],
  [6, 60_000],
  [2_000, 60_000],
])('after %i failed attempts the wait is at most %i ms', (attempt, most) => {
  expect(backoffMs(attempt, 1)).toBe(most);
});

test('the wait may be anything from nothing to its bound', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      expect(backoffMs(attempt, random)).toBe(Math.round(backoffMs(attempt, 1) * random));
    }),
  );
});

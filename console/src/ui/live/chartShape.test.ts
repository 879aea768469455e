import { expect, test } from 'vitest';
import { linePath, roundMax, timeScale } from './chartShape.ts';

test.each([
  [0, 1],
  [0.3, 0.5],
  [1, 1],
  [7, 10],
  [120, 200],
  [4_999, 5_000],
])('above %d the next round number is %d', (high, max) => expect(roundMax(high)).toBeCloseTo(max));

const same = (value: number) => value;

test('a line is broken where a value is missing, and one of few values goes on', () => {
  const values = [1, 2, null, 4, 5];
  expect(linePath(values, same, same)).toBe('M0.0 1.0L1.0 2.0M3.0 4.0L4.0 5.0');
  expect(linePath(values, same, same, true)).toBe('M0.0 1.0L1.0 2.0L3.0 4.0L4.0 5.0');
  expect(linePath([null, null], same, same)).toBe('');
});

test('a point stands at its time: what nothing is known of has its room', () => {
  const { xOf, marks } = timeScale([1_000, 8_000, 9_000, 11_000], 40, 100, 2);
  expect([1_000, 8_000, 9_000, 11_000].map(xOf)).toEqual([40, 110, 120, 140]);
  expect(marks).toEqual([3_500, 8_500]);
  expect(timeScale([], 40, 100, 2).marks).toEqual([]);
  expect(timeScale([5_000], 40, 100, 1).xOf(5_000)).toBe(40);
});

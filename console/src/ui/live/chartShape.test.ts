import { expect, test } from 'vitest';
import { linePath, nearestTo, roundMax, timeScale } from './chartShape.ts';

test.each([
  [0, 2],
  [0.3, 0.4],
  [1, 2],
  [7, 10],
  [120, 200],
  [4_001, 10_000],
])('above %d the next round number is %d', (high, max) => expect(roundMax(high)).toBeCloseTo(max));

const same = (value: number) => value;

test('a line is broken where a value is missing, and one of few values goes on', () => {
  const values = [1, 2, null, 4, 5];
  expect(linePath(values, same, same)).toBe('M0.0 1.0L1.0 2.0M3.0 4.0L4.0 5.0');
  expect(linePath(values, same, same, true)).toBe('M0.0 1.0L1.0 2.0L3.0 4.0L4.0 5.0');
  expect(linePath([null, null], same, same)).toBe('');
});

test('a point stands at its time: what nothing is known of has its room', () => {
  const { xOf } = timeScale([1_000, 8_000, 9_000, 11_000], 40, 100, 50);
  expect([1_000, 8_000, 9_000, 11_000].map(xOf)).toEqual([40, 110, 120, 140]);
  expect(timeScale([5_000], 40, 100, 50).xOf(5_000)).toBe(40);
});

test('times are written where they are round, apart from each other and from both ends', () => {
  const minute = 60_000;
  const marks = (fromMs: number, spanMs: number, width: number) =>
    timeScale([fromMs, fromMs + spanMs], 40, width, 50).marks.map((at) => at / minute);
  expect(marks(50_000, 5 * minute, 200)).toEqual([2, 4]);
  expect(marks(50_000, 5 * minute, 400)).toEqual([2, 3, 4, 5]);
  // A minute after the beginning there would be no room for it.
  expect(marks(60_000, 60 * minute, 200)).toEqual([15, 30, 45]);
  expect(timeScale([], 40, 100, 50).marks).toEqual([]);
});

test('whoever points between two times means the nearer one', () => {
  const times = [0, 100, 110, 120];
  expect([-5, 49, 51, 114, 116, 500].map((at) => nearestTo(at, times))).toEqual([0, 0, 1, 2, 3, 3]);
});

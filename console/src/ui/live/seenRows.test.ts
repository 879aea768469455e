import { expect, test } from 'vitest';
import { scrolledTo, seenRows } from './seenRows.ts';

test.each([
  ['at the top', [10_000, 20, 0, 400], { from: 0, to: 32 }],
  ['in the middle', [10_000, 20, 2_000, 400], { from: 88, to: 132 }],
  ['between two rows', [10_000, 20, 2_010, 400], { from: 88, to: 133 }],
  ['at the end', [10_000, 20, 199_600, 400], { from: 9_968, to: 10_000 }],
  ['of a few', [3, 20, 0, 400], { from: 0, to: 3 }],
  ['of none', [0, 20, 0, 400], { from: 0, to: 0 }],
  ['of a list that has become short', [5, 20, 2_000, 400], { from: 0, to: 5 }],
  ['beyond the top, as a finger may pull it', [100, 20, -50, 400], { from: 0, to: 32 }],
] as const)(
  'those are drawn that are seen, and some around them: %s',
  (_, [count, row, top, height], seen) => {
    expect(seenRows(count, row, top, height)).toEqual(seen);
  },
);

test('a row is scrolled to only as far as it takes to be seen whole', () => {
  expect(scrolledTo(5, 20, 0, 400)).toBeUndefined();
  expect(scrolledTo(19, 20, 0, 400)).toBeUndefined();
  expect(scrolledTo(20, 20, 0, 400)).toBe(20);
  expect(scrolledTo(3, 20, 100, 400)).toBe(60);
});

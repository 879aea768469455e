import { expect, test } from 'vitest';
import { dayAfter, dayOf, dayText } from './days.ts';

test('a day is that of this machine’s calendar', () => {
  expect(dayOf(new Date(2026, 2, 2, 0, 5).getTime())).toBe('2026-03-02');
  expect(dayOf(new Date(2026, 11, 31, 23, 59).getTime())).toBe('2026-12-31');
});

test.each([
  ['2026-03-01', -1, '2026-02-28'],
  ['2024-02-28', 1, '2024-02-29'],
  ['2026-12-31', 1, '2027-01-01'],
  ['2026-3-1', 1, undefined],
  ['2026-13-01', 1, undefined],
  ['', 1, undefined],
])('%s and %i days', (day, days, expected) => {
  expect(dayAfter(day, days)).toBe(expected);
});

test('a day in words has its day of the week', () => {
  expect(dayText('2026-03-02')).toBe('Monday, March 2, 2026');
  expect(dayText('soon')).toBe('soon');
});

import { expect, test } from 'vitest';
import { byteText, duration, timeOfDay } from './timeText.ts';

test.each([
  [0, '0 ms'],
  [340, '340 ms'],
  [12_000, '12 s'],
  [61_500, '1 min 1 s'],
  [7_500_000, '2 h 5 min'],
  [86_400_000, '1 d'],
])('%i ms are %s', (ms, text) => expect(duration(ms)).toBe(text));

test.each([
  [999, '999 B'],
  [1_500, '1.5 KB'],
  [2_340_000, '2.3 MB'],
])('%i bytes are %s', (bytes, text) => expect(byteText(bytes)).toBe(text));

test('a time of day is always as wide', () => {
  const at = new Date(2026, 0, 2, 3, 4, 5, 6).getTime();
  expect([timeOfDay(at), timeOfDay(at, true)]).toEqual(['03:04:05', '03:04:05.006']);
});

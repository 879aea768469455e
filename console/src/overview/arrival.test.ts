import { expect, test } from 'vitest';
import type { WireEntry } from '../wire/entry.ts';
import { newestDelay } from './arrival.ts';

const event = (at: number, ts: number, seq?: number) =>
  ({ kind: 'frame', direction: 'in', at, seq, text: JSON.stringify({ ts }) }) as WireEntry;
const delayOf = (...entries: WireEntry[]) =>
  newestDelay({ entry: (number) => entries[number] }, { first: 0, next: entries.length });

test('the newest event counts, and answers do not', () => {
  expect(delayOf(event(100, 90, 1), event(250, 238, 2), event(400, 100))).toBe(12);
  expect(delayOf(event(400, 100))).toBeUndefined();
});

test('an event that was asked for later, and a clock that was moved, say nothing of how long it took', () => {
  expect(delayOf(event(60_000, 10, 1))).toBeUndefined();
  expect(delayOf(event(100, 7_200_000, 1))).toBeUndefined();
});

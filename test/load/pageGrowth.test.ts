import { expect, test } from 'vitest';
import { growthOf, type Watched } from './pageGrowth.ts';

const megabyte = 2 ** 20;
/** Eight minutes of 50 events a second, of whose frames the ring keeps 20,000. */
const flat: Watched = {
  before: { bytes: 5 * megabyte, nodes: 300, listeners: 200 },
  after: { bytes: 5.2 * megabyte, nodes: 310, listeners: 200 },
  full: { bytes: 11 * megabyte, nodes: 1_000, listeners: 200 },
  events: 24_000,
  kept: 20_000,
  keptBytes: 20_000 * 200,
};
const grown = (part: Partial<Watched['after']>): Watched => ({ ...flat, after: { ...flat.after, ...part } });

test('a page is flat when all that it took is in the ring, and goes with it', () => {
  expect(growthOf(flat)).toEqual([]);
});

test('what stays of each event is found, be it one small object', () => {
  const leaked = grown({ bytes: flat.before.bytes + 24_000 * 40 });
  expect(growthOf({ ...leaked, full: flat.full })).toEqual(['40 bytes are left of an event, of at most 24']);
});

test('a ring that keeps much more than the frames is found', () => {
  const full = { ...flat.full, bytes: flat.after.bytes + 20_000 * 800 };
  expect(growthOf({ ...flat, full })).toEqual([
    '600 bytes beside its text are kept with a frame, of at most 400',
  ]);
});

test('elements and listeners that are left behind are found', () => {
  expect(growthOf(grown({ nodes: 800 }))).toEqual(['500 DOM nodes more, of at most 200']);
  expect(growthOf(grown({ listeners: 24_200 }))).toEqual(['24000 listeners more, of at most 200']);
});

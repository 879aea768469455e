import { expect, test } from 'vitest';
import { sample } from './sample.ts';
import { tally } from './tally.ts';

test('percentiles are those of all values, up to a thousand', () => {
  const kept = sample();
  expect(kept.percentiles()).toBeUndefined();
  for (let n = 1_000; n >= 1; n--) kept.add(n);
  expect(kept.percentiles()).toEqual({ p50: 500, p95: 950, p99: 990 });
  const one = sample();
  one.add(7);
  expect(one.percentiles()).toEqual({ p50: 7, p95: 7, p99: 7 });
});

test('of more than a thousand each has the same chance to be kept', () => {
  let at = 0;
  // Each place in turn, as if chance were fair to the letter.
  const kept = sample(() => (at++ % 1_000) / 1_000);
  for (let n = 0; n < 10_000; n++) kept.add(n < 5_000 ? 1 : 100);
  const { p50 = 0 } = kept.percentiles() ?? {};
  expect(p50).toBe(100);
});

test('whom chance does not choose is not kept, however many there are', () => {
  const kept = sample(() => 0.9999);
  for (let n = 0; n < 5_000; n++) kept.add(n < 1_000 ? 1 : 100);
  expect(kept.percentiles()).toEqual({ p50: 1, p95: 1, p99: 1 });
});

test('no more than fifty names are told apart, and nothing is lost of the count', () => {
  const counts = tally();
  for (let n = 0; n < 200; n++) counts.add(`name-${n}`, 1);
  counts.add('name-0', 2);
  const all = counts.counts();
  expect(Object.keys(all)).toHaveLength(51);
  expect(all).toMatchObject({ 'name-0': 3, other: 150 });
});

import { expect, test } from 'vitest';
import { createActivity, parts } from './activity.ts';

const minute = 60_000;
const hour = 60 * minute;
const sum = (counts: readonly number[] = []) => counts.reduce((all, one) => all + one, 0);

test('what happened stands in the part of its time', () => {
  const activity = createActivity(0);
  activity.add('acme', 0);
  activity.add('acme', 14_999, 4);
  activity.add('acme', 15_000);
  expect(activity.of('acme', 20_000)?.slice(-3)).toEqual([0, 5, 1]);
  expect(activity.of('acme', 50_000)?.slice(-4)).toEqual([5, 1, 0, 0]);
  expect(activity.of('globex', 20_000)).toBeUndefined();
});

test('as time goes on the parts grow longer, and nothing is lost within a day', () => {
  const activity = createActivity(0);
  for (let at = 0; at < 23 * hour; at += 10 * minute) activity.add('acme', at);
  expect(activity.of('acme', 23 * hour)).toHaveLength(parts);
  expect(sum(activity.of('acme', 23 * hour))).toBe(23 * 6);
  expect(activity.spanMs()).toBe(24 * hour);
});

test('a curve that grows longer keeps its newest part at the end', () => {
  const activity = createActivity(0);
  activity.add('acme', 22 * minute, 3);
  expect(activity.of('acme', 23 * minute)?.at(-1)).toBe(0);
  expect(activity.of('acme', 23 * minute)?.slice(-4)).toContain(3);
  expect(activity.spanMs()).toBe(45 * minute);
});

test('what is older than a day is gone, and so is who did nothing since', () => {
  const activity = createActivity(0);
  activity.add('acme', 0);
  activity.add('globex', 23 * hour);
  expect(activity.of('acme', 25 * hour)).toBeUndefined();
  expect(sum(activity.of('globex', 25 * hour))).toBe(1);
  expect(activity.of('globex', 60 * hour)).toBeUndefined();
});

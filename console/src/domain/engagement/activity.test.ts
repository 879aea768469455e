import { expect, test, vi } from 'vitest';
import { createActivity, dayMs, type Happened, type Past } from './activity.ts';

const minute = 60_000;
const now = 100 * dayMs;
const happened = (seq: number, at: number, count = 1): Happened => ({ epoch: 'e', seq, at, count });
const sum = (counts: readonly (number | null)[] = []) =>
  counts.reduce<number>((all, one) => all + (one ?? 0), 0);

/** What is read is answered when the test says so. */
function asked() {
  const open = new Map<string, (past: Past) => void>();
  const failing = new Map<string, (error: Error) => void>();
  const read = vi.fn(
    (id: string) =>
      new Promise<Past>((resolve, reject) => {
        open.set(id, resolve);
        failing.set(id, reject);
      }),
  );
  const activity = createActivity(read, () => now);
  const settled = () => new Promise(setImmediate);
  return {
    activity,
    ids: () => read.mock.calls.map(([id]) => id),
    async answer(id: string, events: readonly Happened[] = [], from = now - dayMs) {
      open.get(id)?.({ events, from });
      await settled();
    },
    async fail(id: string) {
      failing.get(id)?.(new Error('no'));
      await settled();
    },
  };
}

test('what happened within the last day is read, for who is looked at', async () => {
  const { activity, ids, answer } = asked();
  expect(activity.of('acme', now)).toBeUndefined();
  activity.look('acme');
  await answer('acme', [happened(9, now - minute, 4), happened(8, now - 12 * 60 * minute)]);
  expect(ids()).toEqual(['acme']);
  const day = activity.of('acme', now);
  expect(day?.knownMs).toBe(dayMs);
  expect(sum(day?.counts)).toBe(5);
  expect(day?.counts.slice(-2)).toEqual([4, 0]);
  expect(activity.of('globex', now)).toBeUndefined();
});

test('what comes while it is read is counted once, whether it was read or not, and so is what comes late', async () => {
  const { activity, answer } = asked();
  activity.look('acme');
  activity.add('acme', happened(5, now));
  activity.add('acme', happened(6, now));
  await answer('acme', [happened(5, now)]);
  expect(sum(activity.of('acme', now)?.counts)).toBe(2);
  activity.add('acme', happened(5, now));
  expect(sum(activity.of('acme', now)?.counts)).toBe(2);
  activity.add('acme', happened(7, now, 3));
  expect(sum(activity.of('acme', now)?.counts)).toBe(5);
});

test('as time goes on what is older than a day leaves the curve', async () => {
  const { activity, answer } = asked();
  activity.look('acme');
  await answer('acme', [happened(2, now, 2), happened(1, now - 23 * 60 * minute)]);
  expect(sum(activity.of('acme', now + 30 * minute)?.counts)).toBe(3);
  expect(sum(activity.of('acme', now + 90 * minute)?.counts)).toBe(2);
  expect(activity.of('acme', now + 90 * minute)?.counts).toHaveLength(96);
});

test('what is not known is no zero: before the oldest that was read, or all of it where nothing can be', async () => {
  const { activity, answer, fail } = asked();
  activity.look('busy');
  activity.look('secret');
  await answer('busy', [happened(900, now - minute)], now - 60 * minute);
  expect(activity.of('busy', now)?.counts.filter((one) => one !== null)).toHaveLength(5);
  expect(activity.of('busy', now)?.knownMs).toBe(60 * minute);
  await fail('secret');
  activity.add('secret', happened(3, now));
  expect(activity.of('secret', now)).toMatchObject({ knownMs: 0 });
  expect(sum(activity.of('secret', now)?.counts)).toBe(1);
});

test('two are read at a time, each once, and none that nobody looks at any more', async () => {
  const { activity, ids, answer } = asked();
  const ends = ['a', 'b', 'c', 'd'].map((id) => activity.look(id));
  expect(ids()).toEqual(['a', 'b']);
  ends[2]?.();
  await answer('a');
  expect(ids()).toEqual(['a', 'b', 'd']);
  activity.look('a');
  await answer('b');
  expect(ids()).toEqual(['a', 'b', 'd']);
});

test('after a connection was lost it is read again, and shown as it was until then', async () => {
  const { activity, ids, answer } = asked();
  activity.look('acme');
  await answer('acme', [happened(1, now)]);
  activity.readAgain();
  expect(ids()).toEqual(['acme', 'acme']);
  expect(sum(activity.of('acme', now)?.counts)).toBe(1);
  await answer('acme', [happened(3, now), happened(2, now), happened(1, now)]);
  expect(sum(activity.of('acme', now)?.counts)).toBe(3);
});

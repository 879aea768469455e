import { expect, test } from 'vitest';
import { type Sources, steps } from './steps.ts';

function watched() {
  const has = { framesIn: 0, framesOut: 0, readUnits: 0, writeUnits: 0, open: 0, now: 0 };
  const sources: Sources = {
    totals: () => {
      const { framesIn, framesOut, readUnits, writeUnits } = has;
      return { framesIn, framesOut, readUnits, writeUnits };
    },
    standing: () => ({ openConnections: has.open, openByRole: { msp: has.open }, deadLetters: 0 }),
  };
  return { has, hour: steps(sources, () => has.now) };
}

test('a step has what happened in it, and how things stood at its end', () => {
  const { has, hour } = watched();
  Object.assign(has, { framesIn: 3, framesOut: 5, open: 2, now: 5_000 });
  hour.add({ metric: 'Connects', values: [2] });
  hour.add({ metric: 'Delivered', values: [4] });
  hour.add({ metric: 'GoneConnections', values: [1] });
  hour.add({ metric: 'SlowConnections', values: [1, 1] });
  hour.add({ metric: 'RefusedRequests', values: [1], by: 'forbidden' });
  hour.add({ metric: 'RefusedRequests', values: [2], by: 'rate_limited' });
  hour.add({ metric: 'PostMs', values: [10, 20] });
  hour.addRefusedHandshake('expiry');
  hour.end();
  Object.assign(has, { framesIn: 4, open: 1, now: 10_000 });
  hour.end();
  const { steps: all, current, stepMs } = hour.since(0);
  expect(stepMs).toBe(5_000);
  expect(all).toEqual([
    {
      at: 5_000,
      ...{ framesIn: 3, framesOut: 5, readUnits: 0, writeUnits: 0, connects: 2, requests: 0 },
      ...{ delivered: 4, gone: 1, behind: 2, openConnections: 2, openByRole: { msp: 2 }, deadLetters: 0 },
      refusedHandshakes: { expiry: 1 },
      refusedRequests: { forbidden: 1, rate_limited: 2 },
      postMs: { p50: 10, p95: 20, p99: 20 },
    },
    expect.objectContaining({ at: 10_000, framesIn: 1, framesOut: 0, connects: 0, openConnections: 1 }),
  ]);
  expect(all[1]).not.toHaveProperty('postMs');
  expect(current).toMatchObject({ framesIn: 0, openConnections: 1 });
});

test('the step under way is told as far as it has come, and goes on', () => {
  const { has, hour } = watched();
  Object.assign(has, { framesIn: 2, now: 5_000 });
  hour.add({ metric: 'Connects', values: [1] });
  for (let n = 0; n < 2; n++) expect(hour.since(0).current).toMatchObject({ framesIn: 2, connects: 1 });
  hour.end();
  expect(hour.since(0).steps).toMatchObject([{ framesIn: 2, connects: 1 }]);
});

test('an hour is kept and no more, and whoever asks again gets what is new', () => {
  const { has, hour } = watched();
  for (let n = 1; n <= 1_000; n++) {
    Object.assign(has, { now: n * 5_000, framesIn: n });
    hour.end();
  }
  const { steps: all } = hour.since(0);
  expect(all).toHaveLength(720);
  expect(all[0]?.at).toBe(281 * 5_000);
  expect(hour.since(999 * 5_000).steps).toMatchObject([{ at: 5_000_000, framesIn: 1 }]);
});

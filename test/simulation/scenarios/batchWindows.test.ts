import { expect, it } from 'vitest';
import { times } from '../../support/numbers.ts';
import { exploreWindows, lastPublishers } from './batchWindows.ts';
import { judgeWindows } from './judgeBatchWindows.ts';

/** How many runs: more in CI and with `npm run prove -- --interleavings`. */
const runs = Number(process.env.PROVE_RUNS ?? times(160, 600));

type Followed = Parameters<typeof exploreWindows>[1];
type Change = Parameters<typeof exploreWindows>[2];

/** Explores, and judges each run. */
async function explore(...of: readonly [followed: Followed, change?: Change]) {
  const seen = { events: 0, messages: 0, deaths: 0, runsExcused: 0, excused: 0 };
  for (let seed = 1; seed <= runs; seed++) {
    const explored = await exploreWindows(seed, ...of);
    const { wrong, excused } = judgeWindows(explored);
    expect(wrong, `seed ${seed}`).toEqual([]);
    seen.events += explored.came.single.length - lastPublishers;
    seen.messages += explored.came.batching.length - lastPublishers;
    seen.deaths += explored.deaths;
    seen.excused += excused;
    seen.runsExcused += Number(excused > 0);
  }
  // What the rule is about comes up, and is seldom excused.
  expect(seen.deaths).toBeGreaterThan(runs / 4);
  expect(seen.runsExcused).toBeLessThan(runs / 3);
  expect(seen.excused).toBeLessThan(seen.events / 5);
  return seen;
}

it('of what is published on one topic at once each event reaches who follows it, in few messages, whoever dies', async () => {
  const { events, messages } = await explore('orders:acme');
  expect(messages).toBeLessThan(events / 2);
}, 600_000);

it('of what is published on several topics at once each event reaches who follows all of them, in few messages, whoever dies', async () => {
  const { events, messages } = await explore('orders:*');
  expect(messages).toBeLessThan(events / 2);
}, 600_000);

it.each(['comes to all', 'leaves all'] as const)(
  'of what is published on one topic at once each event reaches who follows it and %s of its kind in between',
  async (change) => {
    await explore('orders:acme', change);
  },
  600_000,
);

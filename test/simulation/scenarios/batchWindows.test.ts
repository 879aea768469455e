import { expect, it } from 'vitest';
import { times } from '../../support/numbers.ts';
import { exploreWindows, lastPublishers } from './batchWindows.ts';
import { judgeWindows } from './judgeBatchWindows.ts';

/** How many runs: more in CI and with `npm run prove -- --interleavings`. */
const runs = Number(process.env.PROVE_RUNS ?? times(160, 800));

it('of what is published on one topic at once each event reaches who follows it, in few messages, whoever dies', async () => {
  const seen = { events: 0, messages: 0, deaths: 0, excused: 0 };
  for (let seed = 1; seed <= runs; seed++) {
    const explored = await exploreWindows(seed);
    expect(judgeWindows(explored), `seed ${seed}`).toEqual([]);
    seen.events += explored.came.single.length - lastPublishers;
    seen.messages += explored.came.batching.length - lastPublishers;
    seen.deaths += explored.deaths;
    seen.excused += Number(explored.lostUntil > 0);
  }
  // What the rule is about comes up, and is seldom excused.
  expect(seen.messages).toBeLessThan(seen.events / 2);
  expect(seen.deaths).toBeGreaterThan(runs / 4);
  expect(seen.excused).toBeLessThan(runs / 3);
}, 600_000);

import { expect, it } from 'vitest';
import { times } from '../../support/numbers.ts';
import { exploreHotTopic } from './hotTopic.ts';
import { judgeHotTopic } from './judgeHotTopic.ts';

/** How many runs: more in CI and with `npm run prove -- --interleavings`. */
const runs = Number(process.env.PROVE_RUNS ?? times(120, 1200));

it('of requests on one topic at once none is lost, done twice, or refused and done, whoever dies', async () => {
  const seen = { gathered: 0, repeats: 0, refused: 0, deaths: 0 };
  for (let seed = 1; seed <= runs; seed++) {
    const explored = await exploreHotTopic(seed);
    expect(judgeHotTopic(explored), `seed ${seed}`).toEqual([]);
    const { rows, answered, deaths } = explored;
    seen.gathered += rows.filter(({ waited }) => waited !== undefined).length;
    seen.repeats += answered.filter(({ payload }) => payload.dup).length;
    seen.refused += answered.filter(({ payload }) => payload.code === 'conflict').length;
    seen.deaths += deaths;
  }
  // What the rules are about comes up.
  expect(seen.gathered).toBeGreaterThan(runs);
  expect(seen.repeats).toBeGreaterThan(runs / 4);
  expect(seen.refused).toBeGreaterThan(runs);
  expect(seen.deaths).toBeGreaterThan(runs / 4);
}, 600_000);

import fc from 'fast-check';
import { expect } from 'vitest';
import type { Runtime } from '../../../core/runtime.ts';
import { times } from '../../support/numbers.ts';
import { type TestSystem, testSystem } from '../world/testRuntime.ts';

/** How many orders of each race are tried: always the same ones, but for `npm run prove -- --interleavings`, which tries 10,000. */
const amount = process.env.PROVE_RUNS;
const trials = amount === undefined ? { numRuns: times(80, 300), seed: 1 } : { numRuns: Number(amount) };

/** Runs racers together, each in an environment of its own, with every operation on the world in an arbitrary order. */
export function race<T>(
  system: (scheduler: fc.Scheduler) => TestSystem,
  racers: (test: TestSystem, environment: () => Runtime) => Promise<T>[],
  judge: (test: TestSystem, results: T[]) => void | Promise<void>,
  before: (test: TestSystem) => Promise<unknown> = async () => {},
): Promise<void> {
  const property = fc.asyncProperty(fc.scheduler(), async (scheduler) => {
    const test = system(scheduler);
    await before(test);
    const environment = () => test.environment((what) => scheduler.schedule(Promise.resolve(), what));
    const results = Promise.all(racers(test, environment));
    await judge(test, await scheduler.waitFor(results));
    expect(test.unexpected).toEqual([]);
  });
  return fc.assert(property, trials);
}

export const limited = (limit: number) => () => testSystem({ limit });

import type { ManualClock } from '../../adapters/memory/clock.ts';

/**
 * Lets time pass while something runs.
 *
 * @returns after how many milliseconds it ended, well or not.
 */
export async function durationOf(
  clock: ManualClock,
  run: () => Promise<unknown>,
  withinMs = 100_000,
): Promise<number> {
  const begunAt = clock.now();
  let endedAt: number | undefined;
  const end = () => {
    endedAt = clock.now();
  };
  const running = run().then(end, end);
  await clock.advance(withinMs);
  if (endedAt === undefined) throw new Error(`still running after ${withinMs} ms`);
  await running;
  return endedAt - begunAt;
}

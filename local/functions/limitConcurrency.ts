/** Runs a job when its turn comes. */
export type InTurn = <T>(job: () => Promise<T>, maxWaitMs?: number) => Promise<T>;

/**
 * Limits how many jobs run at a time. The others wait, first come, first served.
 *
 * @param now milliseconds from any point on.
 * @returns a function that runs a job in its turn. It rejects if the job waited for longer than `maxWaitMs` (by
 *   default, there is no limit), and the job then never begins.
 */
export function limitConcurrency(max: number, now: () => number = () => performance.now()): InTurn {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (job, maxWaitMs = Number.POSITIVE_INFINITY) => {
    const since = now();
    if (running < max) running++;
    // A job that ends passes its turn on, so that no later job comes in between.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      if (now() - since > maxWaitMs) throw new Error(`${max} others were running for ${maxWaitMs} ms`);
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/** Has jobs wait for each other, first come, first served, so that at most so many run at the same time. */
export type InTurn = <T>(job: () => Promise<T>, patienceMs?: number) => Promise<T>;

/**
 * @param now milliseconds from any point on.
 * @returns what runs a job in its turn; it rejects in the place of one that waited for longer than `patienceMs`
 * (default: any time), which then never begins.
 */
export function atMost(most: number, now: () => number = () => performance.now()): InTurn {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (job, patienceMs = Number.POSITIVE_INFINITY) => {
    const since = now();
    if (running < most) running++;
    // Whoever ends hands its place on, so that nobody slips in between.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      if (now() - since > patienceMs) throw new Error(`${most} others were running for ${patienceMs} ms`);
      return await job();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

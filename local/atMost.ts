export interface AtMost {
  /** How many jobs run at the same time. */
  readonly most: number;
  /** After so long nobody waits for the result any more, and a job that has not begun never does. */
  readonly patienceMs: number;
  /** Milliseconds from any point on. */
  readonly now?: () => number;
}

/** Has jobs wait for each other, first come, first served. @throws Error in the place of one that waited too long. */
export function atMost({ most, patienceMs, now = () => performance.now() }: AtMost) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(job: () => Promise<T>): Promise<T> => {
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

/** A token bucket is one time: when it is full again. What is over is as good as full. */
export interface Bucket {
  /** How much later a bucket is full for each request. */
  readonly eachMs: number;
  /** @returns 0 when one more may pass, else after how many milliseconds it may. */
  waitMs(fullAt: number, nowMs: number): number;
}

export function bucket(perSecond: number, burst: number): Bucket {
  const eachMs = 1000 / perSecond;
  return {
    eachMs,
    waitMs: (fullAt, nowMs) =>
      Math.max(0, Math.ceil(Math.max(fullAt, nowMs) + eachMs - (nowMs + burst * eachMs))),
  };
}

/**
 * Counts what users ask for, in one execution environment. A user who is busy here must also be told of in the row
 * that all environments share; one who is quiet costs no write.
 */
export interface RateLimiter {
  /** Counts one request. @returns 0 when it may pass, else after how many milliseconds the next one may. */
  take(name: string, nowMs: number): number;
  /** Whether the others are to be told of this user, and asked, with the present request. Not while it is quiet here. */
  isDue(name: string, nowMs: number): boolean;
  /** Notes a request that was done and of which nobody is told yet. */
  done(name: string, nowMs: number): void;
  /** How many requests the others are to be told of, one that was just done among them. Whoever asks must tell them. */
  owed(name: string, nowMs: number): number;
  /** What all environments counted. */
  learn(name: string, counted: Counted): void;
}

/** What was counted of a user. */
export interface Counted {
  /** When the bucket is full again. */
  readonly fullAt: number;
  /**
   * When the latest of the requests was received. One that was received before, and comes now because its function
   * was slow to start, is judged as if it came with that one: of the bucket's state in the past nothing is known.
   */
  readonly at: number;
}

/** For who is bounded elsewhere. */
export const unlimited: RateLimiter = {
  take: () => 0,
  isDue: () => false,
  done: () => {},
  owed: () => 0,
  learn: () => {},
};

/** What an environment knows of a user. */
interface Count extends Counted {
  /** The same of the part that this environment gives out by itself. */
  readonly ownFullAt: number;
  /** Requests done here of which the others do not know. */
  readonly untold: number;
}

/** The part of the rate and of the burst that an environment gives out by itself: 2 at once and 1.25 a second, of 40 and 20. */
const ownPart = 1 / 16;

export interface RateLimiterOptions {
  readonly perSecond: number;
  readonly burst: number;
  /**
   * Whether the environment was started just now. It may have been for a burst, with a hundred others that see one
   * request of it each, so its first request is due whoever's it is.
   *
   * @default false
   */
  readonly isNew?: boolean;
  /** @default 10,000 */
  readonly maxNames?: number;
}

/** @returns a limiter, and how many users it remembers. */
export function rateLimiter({
  perSecond,
  burst,
  isNew = false,
  maxNames = 10_000,
}: RateLimiterOptions): RateLimiter & { size(): number } {
  const counts = new Map<string, Count>();
  const all = bucket(perSecond, burst);
  const own = bucket(perSecond * ownPart, Math.max(1, Math.floor(burst * ownPart)));
  let isFirst = isNew;

  const countOf = (name: string): Count => counts.get(name) ?? { fullAt: 0, at: 0, ownFullAt: 0, untold: 0 };
  /** They stand in the order of their last request. */
  const keep = (name: string, count: Count) => {
    counts.delete(name);
    counts.set(name, count);
  };

  return {
    take(name, nowMs) {
      const count = countOf(name);
      const at = Math.max(count.at, nowMs);
      const waitMs = all.waitMs(count.fullAt, at);
      if (waitMs > 0) return waitMs;
      keep(name, { ...count, at, fullAt: Math.max(count.fullAt, at) + all.eachMs });
      forget(nowMs);
      return 0;
    },
    isDue: (name, nowMs) => isFirst || own.waitMs(countOf(name).ownFullAt, nowMs) > 0,
    done(name, nowMs) {
      const count = countOf(name);
      const ownFullAt = Math.max(count.ownFullAt, nowMs) + own.eachMs;
      keep(name, { ...count, ownFullAt, untold: count.untold + 1 });
    },
    owed(name, nowMs) {
      const count = countOf(name);
      isFirst = false;
      keep(name, { ...count, ownFullAt: 0, untold: 0 });
      // What is so long ago that its place in the bucket is free again need not be told.
      const stillCounts = Math.ceil((count.fullAt - nowMs) / all.eachMs);
      return Math.max(1, Math.min(count.untold + 1, stillCounts));
    },
    learn(name, { fullAt, at }) {
      const count = countOf(name);
      keep(name, { ...count, fullAt: Math.max(count.fullAt, fullAt), at: Math.max(count.at, at) });
    },
    size: () => counts.size,
  };

  /** A bucket that is full again is as good as none. */
  function forget(nowMs: number): void {
    for (const [name, { fullAt, ownFullAt }] of counts) {
      if (Math.max(fullAt, ownFullAt) > nowMs && counts.size <= maxNames) return;
      counts.delete(name);
    }
  }
}

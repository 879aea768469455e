/** A token bucket, stored as the time at which it is full again. A time in the past means full. */
export interface Bucket {
  /** By how much each request moves that time. */
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
 * Counts users' requests in one execution environment. A user who is busy here is also counted in the row
 * that all environments share. A user who is quiet costs no write.
 */
export interface RateLimiter {
  /** Counts one request. @returns 0 when it may pass, else after how many milliseconds the next one may. */
  take(name: string, nowMs: number): number;
  /** Whether the shared row must be read and updated with this request. Not for a user who is quiet here. */
  isDue(name: string, nowMs: number): boolean;
  /** Counts a finished request that is not reported yet. */
  done(name: string, nowMs: number): void;
  /** The number of unreported requests, including one that just finished. The caller must report them. */
  owed(name: string, nowMs: number): number;
  /** Takes over what the shared row says. */
  learn(name: string, counted: Counted): void;
}

/** What was counted of a user. */
export interface Counted {
  /** When the bucket is full again. */
  readonly fullAt: number;
  /**
   * When the latest request was received. A request that was received earlier but comes now, because its
   * function was slow to start, counts as if received then: the bucket's earlier state is unknown.
   */
  readonly at: number;
}

/** For callers with a limit elsewhere. */
export const unlimited: RateLimiter = {
  take: () => 0,
  isDue: () => false,
  done: () => {},
  owed: () => 0,
  learn: () => {},
};

/** What an environment knows of a user. */
interface Count extends Counted {
  /** The same for the share that this environment may allow by itself. */
  readonly ownFullAt: number;
  /** Requests done here that the shared row does not have yet. */
  readonly unreported: number;
}

/**
 * The share of rate and burst that an environment may allow by itself: 2 at once and 1.25 a second, of 40 and
 * 20.
 */
const ownPart = 1 / 16;

export interface RateLimiterOptions {
  readonly perSecond: number;
  readonly burst: number;
  /**
   * Whether the environment has just started. A burst may have started a hundred others with it, each of
   * which sees one request. So the first request of a new environment is due, whoever the user is.
   *
   * @default false
   */
  readonly isNew?: boolean;
  /** @default 10,000 */
  readonly maxNames?: number;
}

/** @returns a limiter, with the number of users that it remembers. */
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

  const countOf = (name: string): Count =>
    counts.get(name) ?? { fullAt: 0, at: 0, ownFullAt: 0, unreported: 0 };
  /** The map is ordered by each user's last request. */
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
      keep(name, { ...count, ownFullAt, unreported: count.unreported + 1 });
    },
    owed(name, nowMs) {
      const count = countOf(name);
      isFirst = false;
      keep(name, { ...count, ownFullAt: 0, unreported: 0 });
      // Requests old enough that the bucket has refilled need not be reported.
      const stillCounts = Math.ceil((count.fullAt - nowMs) / all.eachMs);
      return Math.max(1, Math.min(count.unreported + 1, stillCounts));
    },
    learn(name, { fullAt, at }) {
      const count = countOf(name);
      keep(name, { ...count, fullAt: Math.max(count.fullAt, fullAt), at: Math.max(count.at, at) });
    },
    size: () => counts.size,
  };

  /** Full buckets need no entry. */
  function forget(nowMs: number): void {
    for (const [name, { fullAt, ownFullAt }] of counts) {
      if (Math.max(fullAt, ownFullAt) > nowMs && counts.size <= maxNames) return;
      counts.delete(name);
    }
  }
}

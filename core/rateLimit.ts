/** How often each connection may send. */
export interface RateLimiter {
  /** @returns 0 when the frame may pass, else after how many milliseconds the next one may. */
  take(name: string, nowMs: number): number;
}

/**
 * A token bucket for each name, kept as the one time at which its bucket is full again.
 *
 * It lives in one execution environment. A connection whose frames run in several at once gets as many
 * buckets; a bucket in the database would cost a write for each frame.
 *
 * @returns it, and how many buckets it remembers.
 */
export function rateLimiter(
  perSecond: number,
  burst: number,
  mostNames = 10_000,
): RateLimiter & { size(): number } {
  const fullAt = new Map<string, number>();
  const eachMs = 1000 / perSecond;
  return {
    take(name, nowMs) {
      const full = Math.max(fullAt.get(name) ?? 0, nowMs);
      const waitMs = full + eachMs - (nowMs + burst * eachMs);
      if (waitMs > 0) return Math.ceil(waitMs);
      fullAt.delete(name);
      fullAt.set(name, full + eachMs);
      forget(nowMs);
      return 0;
    },
    size: () => fullAt.size,
  };

  /** A bucket that is full again is as good as none. They stand in the order of their last frame. */
  function forget(nowMs: number): void {
    for (const [name, full] of fullAt) {
      if (full > nowMs && fullAt.size <= mostNames) return;
      fullAt.delete(name);
    }
  }
}

import type { Throttle } from './api/api.ts';
import type { Clock } from './clock.ts';

/** A token bucket, full at first; the returned function takes one token and says whether there was one. */
export function tokenBucket(perSecond: number, burst: number, clock: Clock): () => boolean {
  let tokens = burst;
  let filledAtMs = clock.now();
  return () => {
    const nowMs = clock.now();
    tokens = Math.min(burst, tokens + (Math.max(0, nowMs - filledAtMs) * perSecond) / 1000);
    filledAtMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** What a stage allows: everything, where it has no throttle of its own. */
export const throttleOf = ({ throttle }: { throttle?: Throttle }, clock: Clock): (() => boolean) =>
  throttle ? tokenBucket(throttle.ratePerSecond, throttle.burst, clock) : () => true;

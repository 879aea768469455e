import { never } from '../base/clock.ts';

/** Says when a frame may be sent, so that the server has no reason to refuse it. */
export interface RateLimit {
  /** Starts anew with what a server told of its limits; what it did not tell is not limited. */
  reset(limits: { readonly framesPerSecond?: unknown; readonly frameBurst?: unknown }): void;
  /** @returns 0 when a frame may go now, and counts it; else in how many milliseconds one may. */
  take(now: number): number;
}

/** A token bucket, kept as the one time at which it is full again: as the server keeps its own. */
export function createRateLimit(): RateLimit {
  let eachMs = 0;
  let burst = 1;
  let fullAt = 0;
  return {
    reset({ framesPerSecond, frameBurst }) {
      eachMs = 1000 / (Number(framesPerSecond) || never);
      burst = Math.max(Number(frameBurst) || 1, 1);
      fullAt = 0;
    },
    take(now) {
      const full = Math.max(fullAt, now);
      const waitMs = full + eachMs - (now + burst * eachMs);
      if (waitMs > 0) return Math.ceil(waitMs);
      fullAt = full + eachMs;
      return 0;
    },
  };
}

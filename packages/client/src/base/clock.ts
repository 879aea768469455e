/** The time that the client lives by. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  setTimeout(run: () => void, ms: number): Timer;
}

/** What was set and may be cancelled. */
export interface Timer {
  cancel(): void;
}

/** The time of what is not due at all. */
export const never = Infinity;

/** A timer of the platform that is set for longer is due at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** A clock that is set back goes on from where it was: whatever waits for a time would wait too long. */
export function steady(clock: Clock): Clock {
  let last = 0;
  let lostMs = 0;
  return {
    now() {
      lostMs = Math.max(lostMs, last - clock.now());
      last = clock.now() + lostMs;
      return last;
    },
    setTimeout: (run, ms) => clock.setTimeout(run, ms),
  };
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout(run, ms) {
    const timer = setTimeout(run, Math.min(ms, longestTimerMs));
    return { cancel: () => clearTimeout(timer) };
  },
};

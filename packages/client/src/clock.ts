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
export const never = Number.POSITIVE_INFINITY;

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout(run, ms) {
    const timer = setTimeout(run, ms);
    return { cancel: () => clearTimeout(timer) };
  },
};

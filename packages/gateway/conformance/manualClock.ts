import type { Clock } from '../src/index.ts';

export interface ManualClock extends Clock {
  /** Moves time on, running what falls due on the way, each at its own moment. */
  advance(ms: number): void;
  /** How many timers wait. */
  pending(): number;
}

interface Timer {
  atMs: number;
  run: () => void;
}

/** A clock that stands still until a test moves it. */
export function manualClock(startMs = Date.UTC(2024, 10, 11, 13, 45, 46, 514)): ManualClock {
  let nowMs = startMs;
  const timers = new Set<Timer>();
  const nextDue = (untilMs: number): Timer | undefined => {
    const due = [...timers].filter((timer) => timer.atMs <= untilMs);
    return due.sort((a, b) => a.atMs - b.atMs)[0];
  };
  return {
    now: () => nowMs,
    setTimeout(run, ms) {
      const timer = { atMs: nowMs + ms, run };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    advance(ms) {
      const untilMs = nowMs + ms;
      for (let timer = nextDue(untilMs); timer; timer = nextDue(untilMs)) {
        timers.delete(timer);
        nowMs = Math.max(nowMs, timer.atMs);
        timer.run();
      }
      nowMs = untilMs;
    },
    pending: () => timers.size,
  };
}

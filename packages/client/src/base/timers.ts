import type { Clock, Timer } from './clock.ts';

/** Something to do at a time that may change; `Infinity`: not at all. */
export interface Chore {
  dueAt(): number;
  run(): void;
}

export interface Upkeep {
  add(...chores: readonly Chore[]): void;
  /** Starts or ends it. */
  run(on: boolean): void;
  /** To be called when a chore became due earlier than it was. Does nothing unless it was started. */
  rearm(): void;
}

const longestNapMs = 15_000;
/** A timer that is this late was asleep with the machine. Hidden tabs are late too; a needless ping is cheap. */
export const lateMs = 5_000;

/**
 * Runs chores by the wall clock. One timer that never sleeps long finds out soon after the machine woke up,
 * where a timer set for an hour would count only the time that the machine was awake.
 */
export function createUpkeep(clock: Clock, onWake: () => void): Upkeep {
  const chores: Chore[] = [];
  let timer: Timer | undefined;
  let isStarted = false;

  function rearm() {
    timer?.cancel();
    if (!isStarted) return;
    const now = clock.now();
    const due = Math.min(now + longestNapMs, ...chores.map((chore) => chore.dueAt()));
    timer = clock.setTimeout(() => fire(due), Math.max(0, due - now));
  }

  function fire(due: number) {
    const now = clock.now();
    if (now - due > lateMs) onWake();
    for (const chore of chores) if (chore.dueAt() <= now) chore.run();
    rearm();
  }

  return {
    add: (...more) => void chores.push(...more),
    rearm,
    run(on) {
      isStarted = on;
      rearm();
    },
  };
}

import type { Clock, Timer } from './clock.ts';

/** Something to do at a time that may change; `Infinity`: not at all. */
export interface Task {
  dueAt(): number;
  run(): void;
}

export interface Timers {
  add(...tasks: readonly Task[]): void;
  start(): void;
  stop(): void;
  /** To be called when a task became due earlier than it was. Does nothing unless they were started. */
  rearm(): void;
}

const longestNapMs = 15_000;
/** A timer that is this late was asleep with the machine. Hidden tabs are late too; a needless ping is cheap. */
export const lateMs = 5_000;

/**
 * Runs tasks by the wall clock. One timer that never sleeps long finds out soon after the machine woke up,
 * where a timer set for an hour would count only the time that the machine was awake.
 */
export function createTimers(clock: Clock, onWake: () => void): Timers {
  const tasks: Task[] = [];
  let timer: Timer | undefined;
  let isStarted = false;

  function rearm() {
    timer?.cancel();
    if (!isStarted) return;
    const now = clock.now();
    const due = Math.min(now + longestNapMs, ...tasks.map((task) => task.dueAt()));
    timer = clock.setTimeout(() => fire(due), Math.max(0, due - now));
  }

  function fire(due: number) {
    const now = clock.now();
    if (now - due > lateMs) onWake();
    for (const task of tasks) if (task.dueAt() <= now) task.run();
    rearm();
  }

  return {
    add: (...more) => void tasks.push(...more),
    rearm,
    start() {
      isStarted = true;
      rearm();
    },
    stop() {
      isStarted = false;
      rearm();
    },
  };
}

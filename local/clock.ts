import type { Clock } from '@tidings/gateway';

/**
 * Says when the runs of something periodic would find nothing to do, so that a move of the clock may skip
 * them.
 */
export interface Quiet {
  /** Until when there is nothing to do, as of now, in milliseconds since 1970. */
  until(): Promise<number>;
  /** Awaited before the run that follows skipped ones. */
  passed?(): Promise<void>;
}

export interface LocalClock extends Clock {
  /**
   * Runs something at the end of each period. `run` gets the time at which it was due. If it is `quiet`, it
   * runs once instead of the many runs that would find nothing to do.
   */
  every(ms: number, run: (dueMs: number) => void, quiet?: Quiet): { cancel(): void };
  /**
   * Moves time forward by `ms`. Timers that fall due run in the order of their time, each at its own time,
   * and work given to `hold` while one of them ran is awaited before the next.
   */
  advance(ms: number): Promise<void>;
  /** Keeps `advance` from going past work that has begun, for at most 5 real seconds. */
  hold(work: Promise<unknown>): void;
  stop(): void;
}

export interface LocalClockOptions {
  /** How far it is ahead of real time to begin with. @default 0 */
  readonly aheadMs?: number;
  /** Called before a move, with how far ahead the clock will be. */
  keep?(aheadMs: number): Promise<void>;
}

interface Timer {
  due: number;
  readonly run: (dueMs: number) => void;
  real: NodeJS.Timeout | undefined;
}

interface QuietTimer extends Timer {
  readonly everyMs: number;
  readonly quiet: Quiet;
  leftOut: boolean;
}

const isQuiet = (timer: Timer): timer is QuietTimer => 'quiet' in timer;

const maxHoldMs = 5_000;
// Node fires a timer at once when its delay does not fit 32 bits.
const maxRealDelayMs = 2 ** 31 - 1;

/**
 * Real time plus an offset that only `advance` moves.
 * Each timer has a real timer of its own: sockets set and cancel them for every message, which Node does in
 * constant time, whereas `advance` is rare and may look at all of them.
 */
export function localClock({ aheadMs = 0, keep }: LocalClockOptions = {}): LocalClock {
  let offsetMs = aheadMs;
  const held = new Set<Promise<unknown>>();
  let lastAdvance: Promise<void> = Promise.resolve();
  const timers = new Set<Timer>();

  const now = () => Date.now() + offsetMs;

  function fire(timer: Timer) {
    clearTimeout(timer.real);
    timers.delete(timer);
    timer.run(timer.due);
  }

  function arm(timer: Timer) {
    clearTimeout(timer.real);
    const delayMs = Math.min(Math.max(0, timer.due - now()), maxRealDelayMs);
    timer.real = setTimeout(() => (timer.due <= now() ? fire(timer) : arm(timer)), delayMs);
    timer.real.unref();
  }

  async function step(ms: number) {
    const target = offsetMs + ms;
    // Stored first, so that a process that is killed meanwhile does not go back in time.
    await keep?.(target);
    for (;;) {
      await leaveOut(Date.now() + target);
      const timer = earliest(timers);
      if (!timer || timer.due > Date.now() + target) break;
      offsetMs = Math.min(target, Math.max(offsetMs, timer.due - Date.now()));
      if (isQuiet(timer) && timer.leftOut) {
        // By now, the work that began before the move has ended.
        await settle();
        await timer.quiet.passed?.();
        // Meanwhile it may have been cancelled, or real time may have reached it.
        if (!timers.has(timer)) continue;
      }
      fire(timer);
      await settle();
    }
    offsetMs = target;
    for (const timer of timers) arm(timer);
  }

  /** Moves what is quiet past the runs that come before anything else does. */
  async function leaveOut(end: number) {
    const next = earliest(timers);
    if (!next || !isQuiet(next)) return;
    const quiet = [...timers].filter(isQuiet);
    const others = earliest([...timers].filter((timer) => !isQuiet(timer)))?.due ?? end;
    const bound = Math.min(end, others);
    if (bound < next.due + next.everyMs) return;
    const until = await Promise.all(quiet.map((timer) => timer.quiet.until()));
    for (const timer of quiet) {
      const runs = Math.floor((Math.min(bound, ...until) - timer.due) / timer.everyMs);
      if (runs < 1) continue;
      timer.due += runs * timer.everyMs;
      timer.leftOut = true;
    }
  }

  /** Waits for held work, and for the work that it began. Bounded, since others' traffic may never end. */
  async function settle() {
    await new Promise((resolve) => setImmediate(resolve));
    for (let round = 0; round < 10 && held.size > 0; round += 1) {
      await within(Promise.all(held), maxHoldMs);
    }
  }

  function start<T extends Timer>(timer: T): { cancel(): void } {
    timers.add(timer);
    arm(timer);
    return {
      cancel: () => {
        clearTimeout(timer.real);
        timers.delete(timer);
      },
    };
  }

  return {
    now,
    setTimeout: (run, ms) => start({ due: now() + ms, run, real: undefined }),
    every(everyMs, run, quiet) {
      let current: { cancel(): void };
      const startNext = (due: number) => {
        const again = (dueMs: number) => {
          startNext(dueMs + everyMs);
          run(dueMs);
        };
        const timer = { due, run: again, real: undefined };
        current = start(quiet ? { ...timer, everyMs, quiet, leftOut: false } : timer);
      };
      startNext(now() + everyMs);
      return { cancel: () => current.cancel() };
    },
    advance(ms) {
      lastAdvance = lastAdvance.then(
        () => step(ms),
        () => step(ms),
      );
      return lastAdvance;
    },
    hold(work) {
      // Work that hangs must not slow down every later move.
      const tooLong = setTimeout(() => held.delete(settled), maxHoldMs).unref();
      const forget = () => {
        clearTimeout(tooLong);
        held.delete(settled);
      };
      const settled: Promise<unknown> = work.then(forget, forget);
      held.add(settled);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer.real);
      timers.clear();
    },
  };
}

function earliest(timers: Iterable<Timer>): Timer | undefined {
  let first: Timer | undefined;
  for (const timer of timers) if (!first || timer.due < first.due) first = timer;
  return first;
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, tooLong]);
  clearTimeout(timer);
}

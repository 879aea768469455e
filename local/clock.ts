import type { Clock } from '@tidings/gateway';

export interface LocalClock extends Clock {
  /**
   * Moves time forward by `ms`. Timers that fall due run in the order of their time, each at its own time,
   * and work given to `hold` while one of them ran is awaited before the next.
   */
  advance(ms: number): Promise<void>;
  /** Keeps `advance` from going past work that has begun, for at most 5 real seconds. */
  hold(work: Promise<unknown>): void;
  /** Cancels every timer. */
  stop(): void;
}

interface Timer {
  readonly due: number;
  readonly run: () => void;
  real: NodeJS.Timeout | undefined;
}

const longestHoldMs = 5_000;
// Node fires a timer at once when its delay does not fit 32 bits.
const longestRealDelayMs = 2 ** 31 - 1;

/**
 * Real time plus an offset that only `advance` moves.
 * Each timer has a real timer of its own: sockets set and cancel them for every message, which Node does in
 * constant time, whereas `advance` is rare and may look at all of them.
 */
export function localClock(): LocalClock {
  let offsetMs = 0;
  const held = new Set<Promise<unknown>>();
  let lastAdvance: Promise<void> = Promise.resolve();
  const timers = new Set<Timer>();

  const now = () => Date.now() + offsetMs;

  function fire(timer: Timer) {
    clearTimeout(timer.real);
    timers.delete(timer);
    timer.run();
  }

  function arm(timer: Timer) {
    clearTimeout(timer.real);
    const delayMs = Math.min(Math.max(0, timer.due - now()), longestRealDelayMs);
    timer.real = setTimeout(() => (timer.due <= now() ? fire(timer) : arm(timer)), delayMs);
    timer.real.unref();
  }

  async function step(ms: number) {
    const target = offsetMs + ms;
    for (;;) {
      const timer = earliest(timers);
      if (!timer || timer.due > Date.now() + target) break;
      offsetMs = Math.min(target, Math.max(offsetMs, timer.due - Date.now()));
      fire(timer);
      await settle();
    }
    offsetMs = target;
    for (const timer of timers) arm(timer);
  }

  /** Waits for held work, and for what that work began in turn; bounded, for traffic of others may never end. */
  async function settle() {
    await new Promise((resolve) => setImmediate(resolve));
    for (let round = 0; round < 10 && held.size > 0; round += 1) {
      await within(Promise.all(held), longestHoldMs);
    }
  }

  return {
    now,
    setTimeout(run, ms) {
      const timer: Timer = { due: now() + ms, run, real: undefined };
      timers.add(timer);
      arm(timer);
      return {
        cancel: () => {
          clearTimeout(timer.real);
          timers.delete(timer);
        },
      };
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
      const tooLong = setTimeout(() => held.delete(settled), longestHoldMs).unref();
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

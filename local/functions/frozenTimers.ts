import { promisify } from 'node:util';
import type { Freezer } from './freezer.ts';

/** The timers of an execution environment: what falls due while it is frozen waits, as does `fetch`. */
export interface FrozenTimers {
  readonly setTimeout: (run: Run, ms?: number, ...values: unknown[]) => NodeJS.Timeout;
  readonly clearTimeout: (timer: Handle) => void;
  readonly setInterval: (run: Run, ms?: number, ...values: unknown[]) => NodeJS.Timeout;
  readonly clearInterval: (timer: Handle) => void;
  readonly setImmediate: (run: Run, ...values: unknown[]) => NodeJS.Immediate;
  readonly clearImmediate: (timer: Handle) => void;
  readonly fetch: typeof fetch;
}

type Run = (...values: unknown[]) => void;
type Handle = NodeJS.Timeout | NodeJS.Immediate | string | number | undefined;

/** @returns the timers, and what ends all of them */
export function frozenTimers(environment: Freezer): { timers: FrozenTimers; clear(): void } {
  /** Of each timer that fell due while frozen, what takes it back. */
  const due = new Map<object, () => void>();
  const set = new Set<NodeJS.Timeout>();

  function fire(timer: object, run: () => void) {
    if (environment.state === 'running') return run();
    // An interval that falls due again runs once all the same.
    due.get(timer)?.();
    const whenDue = () => {
      due.delete(timer);
      run();
    };
    due.set(timer, environment.whenRunning(whenDue));
  }

  function clear(timer: Handle) {
    if (typeof timer !== 'object') return clearTimeout(timer);
    due.get(timer)?.();
    due.delete(timer);
    if (!('refresh' in timer)) return clearImmediate(timer);
    set.delete(timer);
    clearTimeout(timer);
  }

  function later(run: Run, ms?: number, ...values: unknown[]): NodeJS.Timeout {
    const timer = setTimeout(() => {
      set.delete(timer);
      fire(timer, () => run(...values));
    }, ms);
    set.add(timer);
    return timer;
  }

  const timers: FrozenTimers = {
    setTimeout: Object.assign(later, {
      [promisify.custom]: (ms?: number, value?: unknown) =>
        new Promise((resolve) => later(() => resolve(value), ms)),
    }),
    setInterval(run, ms, ...values) {
      const timer = setInterval(() => fire(timer, () => run(...values)), ms);
      set.add(timer);
      return timer;
    },
    setImmediate(run, ...values) {
      const timer = setImmediate(() => fire(timer, () => run(...values)));
      return timer;
    },
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
    fetch: (...asked) =>
      new Promise((resolve) => {
        environment.whenRunning(() => resolve(fetch(...asked)));
      }),
  };
  return {
    timers,
    clear() {
      for (const timer of set) clearTimeout(timer);
      set.clear();
      due.clear();
    },
  };
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Random } from '../../core/ports.ts';

/**
 * A clock that moves only by `advance`, for the engine, which waits. Who sets timers has the virtual clock of the
 * client's test kit, which nothing of the server is built on.
 */
export interface ManualClock extends Clock {
  /**
   * Moves the time forward by `ms` and resolves every wait that falls due, earliest first and at its own
   * time. After each one the code behind it runs on as far as it can without input or output, so a wait
   * that it starts is served in the same call.
   */
  advance(ms: number): Promise<void>;
}

interface Waiter {
  readonly dueAtMs: number;
  readonly resolve: () => void;
}

/** Starts at `startMs`, in milliseconds since 1970, UTC. */
export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  const waiters: Waiter[] = [];

  /** Among waits for the same time, the one that began first. */
  const takeNext = (untilMs: number): Waiter | undefined => {
    const first = waiters.reduce<Waiter | undefined>(
      (earliest, waiter) => (earliest && earliest.dueAtMs <= waiter.dueAtMs ? earliest : waiter),
      undefined,
    );
    if (!first || first.dueAtMs > untilMs) return undefined;
    waiters.splice(waiters.indexOf(first), 1);
    return first;
  };

  return {
    now: () => nowMs,
    wait: (ms) =>
      ms <= 0 ? Promise.resolve() : new Promise((resolve) => waiters.push({ dueAtMs: nowMs + ms, resolve })),
    async advance(ms) {
      const untilMs = nowMs + ms;
      await nextTurn();
      for (let due = takeNext(untilMs); due; due = takeNext(untilMs)) {
        nowMs = due.dueAtMs;
        due.resolve();
        await nextTurn();
      }
      nowMs = untilMs;
    },
  };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The same seed gives the same fractions and ids again. A small mixing generator: for tests, never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  return {
    fraction: () => next() / 2 ** 32,
    id: () => Array.from({ length: 22 }, () => LETTERS.charAt(next() % LETTERS.length)).join(''),
  };
}

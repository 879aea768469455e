import type { Clock } from '@tidings/gateway';

/**
 * Says when the runs of something periodic would find nothing to do, so that a move of the clock may skip
 * them.
 */
export interface Quiet {
  /** Until when there is nothing to do, as of now, in milliseconds since 1970. */
  until(): Promise<number>;
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
}

const isQuiet = (timer: Timer): timer is QuietTimer => 'quiet' in timer;

const maxHoldMs = 5_000;
// Node fires a timer at once when its delay does not fit 32 bits.
const maxRealDelayMs = 2 ** 31 - 1;

interface State {
  /** How far it is ahead of real time. */
  offsetMs: number;
  readonly timers: Set<Timer>;
  /** Work that `advance` waits for. */
  readonly held: Set<Promise<unknown>>;
}

/**
 * Real time plus an offset that only `advance` moves.
 * Each timer has a real timer of its own: sockets set and cancel them for every message, which Node does in
 * constant time, whereas `advance` is rare and may look at all of them.
 */
export function localClock({ aheadMs = 0, keep }: LocalClockOptions = {}): LocalClock {
  const state: State = { offsetMs: aheadMs, timers: new Set(), held: new Set() };
  let lastAdvance: Promise<void> = Promise.resolve();
  const now = () => nowOf(state);
  return {
    now,
    setTimeout: (run, ms) => start(state, { due: now() + ms, run, real: undefined }),
    every: (ms, run, quiet) => startPeriodic(state, ms, run, quiet),
    advance(ms) {
      const move = async () => {
        const target = state.offsetMs + ms;
        // Stored first, so that a process that is killed meanwhile does not go back in time.
        await keep?.(target);
        await moveTo(state, target);
      };
      lastAdvance = lastAdvance.then(move, move);
      return lastAdvance;
    },
    hold: (work) => hold(state, work),
    stop() {
      for (const timer of state.timers) clearTimeout(timer.real);
      state.timers.clear();
    },
  };
}

const nowOf = ({ offsetMs }: State) => Date.now() + offsetMs;

function start<T extends Timer>(state: State, timer: T): { cancel(): void } {
  state.timers.add(timer);
  arm(state, timer);
  return {
    cancel: () => {
      clearTimeout(timer.real);
      state.timers.delete(timer);
    },
  };
}

function startPeriodic(
  state: State,
  everyMs: number,
  run: (dueMs: number) => void,
  quiet: Quiet | undefined,
): { cancel(): void } {
  let current: { cancel(): void };
  const startNext = (due: number) => {
    const again = (dueMs: number) => {
      startNext(dueMs + everyMs);
      run(dueMs);
    };
    const timer = { due, run: again, real: undefined };
    current = start(state, quiet ? { ...timer, everyMs, quiet } : timer);
  };
  startNext(nowOf(state) + everyMs);
  return { cancel: () => current.cancel() };
}

function arm(state: State, timer: Timer): void {
  clearTimeout(timer.real);
  const delayMs = Math.min(Math.max(0, timer.due - nowOf(state)), maxRealDelayMs);
  timer.real = setTimeout(
    () => (timer.due <= nowOf(state) ? fire(state, timer) : arm(state, timer)),
    delayMs,
  );
  timer.real.unref();
}

function fire({ timers }: State, timer: Timer): void {
  clearTimeout(timer.real);
  timers.delete(timer);
  timer.run(timer.due);
}

/** Moves on to an offset, and runs on the way what falls due. */
async function moveTo(state: State, target: number): Promise<void> {
  const { timers } = state;
  for (;;) {
    await skipQuiet(timers, Date.now() + target);
    const timer = earliest(timers);
    if (!timer || timer.due > Date.now() + target) break;
    state.offsetMs = Math.min(target, Math.max(state.offsetMs, timer.due - Date.now()));
    fire(state, timer);
    await settle(state);
  }
  state.offsetMs = target;
  for (const timer of timers) arm(state, timer);
}

/** Moves what is quiet past the runs that come before anything else does. */
async function skipQuiet(timers: ReadonlySet<Timer>, end: number): Promise<void> {
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
  }
}

function hold({ held }: State, work: Promise<unknown>): void {
  // Work that hangs must not slow down every later move.
  const tooLong = setTimeout(() => held.delete(settled), maxHoldMs).unref();
  const forget = () => {
    clearTimeout(tooLong);
    held.delete(settled);
  };
  const settled: Promise<unknown> = work.then(forget, forget);
  held.add(settled);
}

/** Waits for held work, and for the work that it began. Bounded, since others' traffic may never end. */
async function settle({ held }: State): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  for (let round = 0; round < 10 && held.size > 0; round += 1) {
    await within(Promise.all(held), maxHoldMs);
  }
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

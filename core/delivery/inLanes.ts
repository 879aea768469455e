import type { Clock } from '../ports.ts';

export interface Lanes<T, R> {
  /** What is done with each, and never throws. */
  each(item: T): Promise<R>;
  /** How it ended; not called any more for what was given up. */
  onEnd(item: T, result: R): void;
  /** So many at a time, so that not every request is in memory at once. */
  readonly max: number;
  /** Bounds the time; absent: all are done, however long it takes. */
  readonly within?: {
    /** Nothing is begun after this. */
    readonly beginMs: number;
    /** What was begun is waited for, for so long after it. */
    readonly patienceMs: number;
    /** How many are begun at once at first. Each that ends makes room for one more, up to `max`. */
    readonly first: number;
  };
}

/**
 * Does something with each item, a bounded number at a time.
 *
 * @returns those that were given up while they were under way, and those that were never begun
 */
export async function inLanes<T, R>(
  clock: Clock,
  items: readonly T[],
  { each, onEnd, max, within }: Lanes<T, R>,
): Promise<{ readonly givenUp: readonly T[]; readonly left: readonly T[] }> {
  const underWay = new Set<T>();
  const phase = { mayBegin: true, isOver: false };
  let next = 0;
  let lanes = Math.min(within?.first ?? max, items.length);
  const lane = async (): Promise<void> => {
    const more: Promise<void>[] = [];
    while (next < items.length && phase.mayBegin) {
      const item = items[next++] as T;
      underWay.add(item);
      const result = await each(item);
      if (phase.isOver) return;
      underWay.delete(item);
      onEnd(item, result);
      if (lanes < max && next < items.length) {
        lanes++;
        more.push(lane());
      }
    }
    await Promise.all(more);
  };
  const all = Promise.all(Array.from({ length: lanes }, lane));
  if (within) await inPhases(clock, all, phase, within);
  else await all;
  return { givenUp: [...underWay], left: items.slice(next) };
}

async function inPhases(
  clock: Clock,
  all: Promise<unknown>,
  phase: { mayBegin: boolean; isOver: boolean },
  { beginMs, patienceMs }: NonNullable<Lanes<unknown, unknown>['within']>,
): Promise<void> {
  const done = new AbortController();
  const ended = all.finally(() => done.abort());
  await Promise.race([ended, clock.wait(beginMs, done.signal)]);
  phase.mayBegin = false;
  await Promise.race([ended, clock.wait(patienceMs, done.signal)]);
  phase.isOver = true;
}

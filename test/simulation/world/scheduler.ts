import type { Clock } from '../../../core/ports.ts';

/** Virtual time in which one thing happens after the other, always in the same order. */
export interface Scheduler extends Clock {
  /** Runs something at a later time, in milliseconds from now. @returns what calls it off. */
  after(ms: number, run: () => void): () => void;
  /** Lets everything happen that is due up to then. */
  runUntil(untilMs: number): Promise<void>;
}

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  run: (() => void) | undefined;
}

const isBefore = (a: Entry, b: Entry) => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);

/**
 * A tick runs when the queue of promises is empty, so whatever the last entry woke has come to its next wait.
 * It costs a tenth of a turn of the event loop.
 */
const settled = () => new Promise<void>((resolve) => process.nextTick(resolve));
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
const entriesPerTurn = 2000;

/** @param startMs the time it starts at, in milliseconds since 1970, UTC. */
export function scheduler(startMs: number): Scheduler {
  let nowMs = startMs;
  let order = 0;
  let ran = 0;
  const heap = entryHeap();

  const after = (ms: number, run: () => void) => {
    const entry: Entry = { dueMs: nowMs + Math.max(0, ms), order: order++, run };
    heap.push(entry);
    return () => {
      entry.run = undefined;
    };
  };
  return {
    now: () => Math.floor(nowMs),
    after,
    wait: (ms) => new Promise((resolve) => after(ms, resolve)),
    async runUntil(untilMs) {
      await settled();
      for (let next = heap.first(); next && next.dueMs <= untilMs; next = heap.first()) {
        heap.pop();
        if (!next.run) continue;
        nowMs = next.dueMs;
        next.run();
        await settled();
        if (++ran % entriesPerTurn === 0) await turn();
      }
      nowMs = untilMs;
    },
  };
}

function entryHeap() {
  const entries: Entry[] = [];
  const swap = (a: number, b: number) => {
    const [first, second] = [entries[a], entries[b]];
    if (!first || !second) return;
    entries[a] = second;
    entries[b] = first;
  };
  const precedes = (a: number, b: number) => {
    const [first, second] = [entries[a], entries[b]];
    return first !== undefined && (second === undefined || isBefore(first, second));
  };
  return {
    first: () => entries[0],
    push(entry: Entry) {
      entries.push(entry);
      for (let at = entries.length - 1; at > 0; ) {
        const parent = (at - 1) >> 1;
        if (!precedes(at, parent)) break;
        swap(at, parent);
        at = parent;
      }
    },
    pop() {
      const last = entries.pop();
      if (!last || entries.length === 0) return;
      entries[0] = last;
      for (let at = 0; ; ) {
        const left = 2 * at + 1;
        const child = precedes(left + 1, left) ? left + 1 : left;
        if (!precedes(child, at)) break;
        swap(child, at);
        at = child;
      }
    },
  };
}

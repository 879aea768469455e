/**
 * How much happened with each of many, over a day at most, in as many parts as a small curve shows. Parts begin short,
 * so that one sees something at once, and are joined by twos when the time is longer than all of them.
 */
export interface Activity {
  /** How long all parts are together. */
  spanMs(): number;
  add(id: string, at: number, count?: number): void;
  /** What happened with one, the newest part last; nothing where nothing did. */
  of(id: string, now: number): readonly number[] | undefined;
}

export const parts = 90;
const firstPartMs = 15_000;
/** Of all parts together: a day. */
const longestPartMs = (24 * 3_600_000) / parts;

export function createActivity(begunAt: number): Activity {
  const counts = new Map<string, number[]>();
  let partMs = firstPartMs;
  /** When the last part ends. */
  let end = begunAt + partMs;

  /** Makes room up to a moment: the curve ends now. */
  function reach(now: number) {
    while (now >= end) {
      const isFull = end - begunAt >= parts * partMs;
      if (isFull && partMs * 2 <= longestPartMs) {
        for (const [id, before] of counts) counts.set(id, joined(before));
        partMs *= 2;
      }
      const wanted = Math.floor((now - end) / partMs) + 1;
      const free = Math.floor((begunAt + parts * partMs - end) / partMs);
      shift(free > 0 ? Math.min(wanted, free) : wanted);
    }
  }

  function shift(over: number) {
    end += over * partMs;
    for (const [id, before] of counts) {
      const left = before.slice(over);
      if (left.some((count) => count > 0)) counts.set(id, [...left, ...empty(parts - left.length)]);
      else counts.delete(id);
    }
  }

  return {
    spanMs: () => parts * partMs,
    add(id, at, count = 1) {
      reach(at);
      const part = parts - 1 - Math.floor((end - 1 - at) / partMs);
      if (part < 0) return;
      const known = counts.get(id) ?? empty(parts);
      known[part] = (known[part] ?? 0) + count;
      counts.set(id, known);
    },
    of(id, now) {
      reach(now);
      return counts.get(id);
    },
  };
}

const empty = (length: number) => Array.from({ length }, () => 0);

const joined = (before: readonly number[]) => [
  ...empty(parts / 2),
  ...Array.from({ length: parts / 2 }, (_, at) => (before[at * 2] ?? 0) + (before[at * 2 + 1] ?? 0)),
];

import type { Memory } from './stackProcess.ts';

/** How a process's memory goes, once it has warmed up. */
export interface MemoryTrend {
  readonly rssMegabytes: number;
  /** Megabytes a minute. */
  readonly rssSlope: number;
  /** The same of what is alive on the heap after a collection: what a leak cannot hide in. */
  readonly heapSlope: number;
}

/** The first part of a run fills caches and pools, and says nothing of what comes after. */
const warmUpShare = 0.4;

export function memoryTrend(samples: readonly Memory[], everyMs: number): MemoryTrend {
  const warm = samples.slice(Math.floor(samples.length * warmUpShare));
  const perMinute = 60_000 / everyMs;
  const megabytes = (bytes: number) => bytes / 2 ** 20;
  return {
    rssMegabytes: megabytes(warm.at(-1)?.rss ?? 0),
    rssSlope: slope(warm.map(({ rss }) => megabytes(rss))) * perMinute,
    heapSlope: slope(warm.map(({ heapUsed }) => megabytes(heapUsed))) * perMinute,
  };
}

/** The line through evenly spaced values that fits them best: how much it rises from one to the next. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let rise = 0;
  let run = 0;
  for (const [index, value] of values.entries()) {
    rise += (index - middle) * (value - mean);
    run += (index - middle) ** 2;
  }
  return run === 0 ? 0 : rise / run;
}

/** One figure of a process's memory at one time. */
export interface Sample {
  readonly minute: number;
  readonly bytes: number;
}

/** How it goes: megabytes, and megabytes a minute with their margin (at 95 %). */
export interface Trend {
  readonly megabytes: number;
  readonly perMinute: number;
  readonly margin: number;
}

export type Verdict = 'flat' | 'grows' | 'cannot be told';

const blockMinutes = 0.5;
/** Below this the margin says more of how few there are than of the memory. */
const leastBlocks = 8;

/** So long must it be watched to be judged. */
export const leastMinutes = leastBlocks * blockMinutes;

/**
 * The straight line through the least of each half minute: what is under way comes and goes, what leaks stays.
 * @param samples of a process that has filled its caches and pools.
 * @returns nothing where it was watched too shortly.
 */
export function memoryTrend(samples: readonly Sample[]): Trend | undefined {
  const blocks = new Map<number, number>();
  for (const { minute, bytes } of samples) {
    const block = Math.floor(minute / blockMinutes);
    blocks.set(block, Math.min(blocks.get(block) ?? Number.POSITIVE_INFINITY, bytes / 2 ** 20));
  }
  if (blocks.size < leastBlocks) return undefined;
  return lineThrough([...blocks].map(([block, megabytes]) => ({ x: block * blockMinutes, y: megabytes })));
}

/** What may be added a minute is a bound that the line must stay below with its whole margin. */
export function verdictOn({ perMinute, margin }: Trend, mostPerMinute: number): Verdict {
  if (perMinute + margin <= mostPerMinute) return 'flat';
  return perMinute - margin > mostPerMinute ? 'grows' : 'cannot be told';
}

function lineThrough(points: readonly { x: number; y: number }[]): Trend {
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [middle, level] = [mean(({ x }) => x), mean(({ y }) => y)];
  const spread = mean(({ x }) => (x - middle) ** 2);
  const perMinute = mean(({ x, y }) => (x - middle) * (y - level)) / spread;
  const freedom = points.length - 2;
  const scatter = mean(({ x, y }) => (y - level - perMinute * (x - middle)) ** 2) / freedom;
  return { megabytes: level, perMinute, margin: studentT(freedom) * Math.sqrt(scatter / spread) };
}

/** Student's t at 95 %, to two digits from 6 degrees of freedom on. */
const studentT = (freedom: number) => 1.96 + 2.4 / freedom + 3 / freedom ** 2;

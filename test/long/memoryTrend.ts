/** One figure of a process's memory at one time. */
export interface Sample {
  readonly minute: number;
  readonly bytes: number;
}

/** How it goes: megabytes, and megabytes a minute with the least and the most that they may be (at 95 %). */
export interface Trend {
  readonly megabytes: number;
  readonly perMinute: number;
  readonly least: number;
  readonly most: number;
  /** How much more there was at the end than at the beginning, a minute. */
  readonly overall: number;
}

export type Verdict = 'flat' | 'grows' | 'cannot be told';

const blockMinutes = 0.5;
/** Below this the margin says more of how few there are than of the memory. */
const leastBlocks = 8;
/** So long what only a rush needs is kept at most, and more. */
const blocksAtAnEnd = 4;

/** So long must it be watched to be judged. */
export const leastMinutes = leastBlocks * blockMinutes;

/**
 * Sen's slope through the least of each half minute, the median of the slopes of every two of them: what is under way
 * comes and goes, what leaks stays, and the connections that a rush opens, and that end a minute after it, are no trend.
 * The bounds take the half minutes for independent. A step near an end is no trend either: the two ends tell it.
 * Sen, Estimates of the regression coefficient based on Kendall's tau, JASA 63 (1968), section 6 for the bounds.
 *
 * @param samples of a process that has filled its caches and pools.
 * @returns nothing where it was watched too shortly.
 */
export function memoryTrend(samples: readonly Sample[]): Trend | undefined {
  const blocks = new Map<number, number>();
  for (const { minute, bytes } of samples) {
    const block = Math.floor(minute / blockMinutes);
    blocks.set(block, Math.min(blocks.get(block) ?? Number.POSITIVE_INFINITY, bytes / 2 ** 20));
  }
  const count = blocks.size;
  if (count < leastBlocks) return undefined;
  const slopes = ascending(
    [...blocks].flatMap(([block, megabytes]) =>
      [...blocks].flatMap(([later, then]) =>
        later > block ? [(then - megabytes) / ((later - block) * blockMinutes)] : [],
      ),
    ),
  );
  const ranks = 1.96 * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const figures = [...blocks].sort(([a], [b]) => a - b).map(([, megabytes]) => megabytes);
  const ends = [figures.slice(0, blocksAtAnEnd), figures.slice(-blocksAtAnEnd)] as const;
  const [first, last] = ends.map((few) => Math.min(...few)) as [number, number];
  return {
    megabytes: median(ascending(figures)),
    perMinute: median(slopes),
    least: slopes[Math.max(0, Math.floor((slopes.length - ranks) / 2) - 1)] as number,
    most: slopes[Math.min(slopes.length - 1, Math.ceil((slopes.length + ranks) / 2))] as number,
    overall: (last - first) / ((count - blocksAtAnEnd) * blockMinutes),
  };
}

/** What may be added a minute is a bound that the slope must stay below, whatever it may be, and so must the whole. */
export function verdictOn({ least, most, overall }: Trend, mostPerMinute: number): Verdict {
  if (least > mostPerMinute || overall > mostPerMinute) return 'grows';
  return most <= mostPerMinute ? 'flat' : 'cannot be told';
}

const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

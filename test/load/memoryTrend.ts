/** One figure of a process's memory at one time. */
export interface Sample {
  readonly minute: number;
  readonly bytes: number;
}

/** How it goes: megabytes, and megabytes a minute with the least and the most that they may be (at 95 %). */
export interface Trend {
  readonly megabytes: number;
  readonly perMinute: number;
  readonly min: number;
  readonly max: number;
  /** How much more there was at the end than at the beginning, a minute. */
  readonly overall: number;
}

export type Verdict = 'flat' | 'grows' | 'cannot be told';

const blockMinutes = 0.5;
/** Below this the margin says more of how few there are than of the memory. */
const minBlocks = 8;
/** So long what only a rush needs is kept at most, and more. */
const blocksAtAnEnd = 4;

/** So long must it be watched to be judged. */
export const minMinutes = minBlocks * blockMinutes;

/**
 * Sen's slope through the least of each half minute: what is under way comes and goes, what leaks stays, and the
 * connections that a rush opens, and that end a minute after it, are no trend. A step near an end is no trend either:
 * the two ends tell it.
 *
 * @param samples of a process that has filled its caches and pools, in their order.
 * @returns nothing where it was watched too shortly.
 */
export function memoryTrend(samples: readonly Sample[]): Trend | undefined {
  const blocks = new Map<number, number>();
  for (const { minute, bytes } of samples) {
    const block = Math.floor(minute / blockMinutes);
    blocks.set(block, Math.min(blocks.get(block) ?? Number.POSITIVE_INFINITY, bytes / 2 ** 20));
  }
  if (blocks.size < minBlocks) return undefined;
  const megabytes = [...blocks.values()];
  const [first, last] = [megabytes.slice(0, blocksAtAnEnd), megabytes.slice(-blocksAtAnEnd)];
  const minutesBetween = (blocks.size - blocksAtAnEnd) * blockMinutes;
  return {
    megabytes: median(ascending(megabytes)),
    ...sensSlope([...blocks].map(([block, y]) => ({ x: block * blockMinutes, y }))),
    overall: (Math.min(...last) - Math.min(...first)) / minutesBetween,
  };
}

/**
 * The median of the slopes of every two points, and its bounds if the points are independent: Sen, Estimates of the
 * regression coefficient based on Kendall's tau, JASA 63 (1968), section 6.
 */
function sensSlope(points: readonly { x: number; y: number }[]): Pick<Trend, 'perMinute' | 'min' | 'max'> {
  const count = points.length;
  const slopes = ascending(
    points.flatMap((one, index) =>
      points.slice(index + 1).map((later) => (later.y - one.y) / (later.x - one.x)),
    ),
  );
  const ranks = 1.96 * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const [lower, upper] = [(slopes.length - ranks) / 2, (slopes.length + ranks) / 2];
  return {
    perMinute: median(slopes),
    min: slopes[Math.max(0, Math.floor(lower) - 1)] as number,
    max: slopes[Math.min(slopes.length - 1, Math.ceil(upper))] as number,
  };
}

/** What may be added a minute is a bound that the slope must stay below, whatever it may be, and so must the whole. */
export function verdictOn({ min, max, overall }: Trend, maxPerMinute: number): Verdict {
  if (min > maxPerMinute || overall > maxPerMinute) return 'grows';
  return max <= maxPerMinute ? 'flat' : 'cannot be told';
}

const ascending = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

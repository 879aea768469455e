/** How long things took: the time below which so many of a hundred were. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Sample {
  add(value: number): void;
  /** Nothing where nothing was added. */
  percentiles(): Percentiles | undefined;
}

const maxValues = 1_000;

/** A fair choice of the values that were added, of which it keeps a thousand: https://en.wikipedia.org/wiki/Reservoir_sampling */
export function sample(random: () => number = Math.random): Sample {
  const values: number[] = [];
  let added = 0;
  return {
    add(value) {
      added += 1;
      const at = values.length < maxValues ? values.length : Math.floor(random() * added);
      if (at < maxValues) values[at] = value;
    },
    percentiles() {
      if (values.length === 0) return undefined;
      const sorted = values.toSorted((a, b) => a - b);
      const below = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
      return { p50: below(0.5), p95: below(0.95), p99: below(0.99) };
    },
  };
}

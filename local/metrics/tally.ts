/** So many names are told apart; what else comes is counted as `other`. */
const maxNames = 50;

/** Counts by name. */
export interface Tally {
  add(name: string, by: number): void;
  counts(): Readonly<Record<string, number>>;
}

export function tally(): Tally {
  const counts = new Map<string, number>();
  return {
    add(name, by) {
      const key = counts.has(name) || counts.size < maxNames ? name : 'other';
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    counts: () => Object.fromEntries(counts),
  };
}

/** Things that arrive, and can be awaited one by one. */
export interface Arrivals<T> {
  push(item: T): void;
  /** The next one that nobody has taken. */
  next(): Promise<T>;
  readonly all: readonly T[];
}

/** An empty list of arrivals. */
export function arrivals<T>(): Arrivals<T> {
  const all: T[] = [];
  const waiting: ((item: T) => void)[] = [];
  let taken = 0;
  return {
    all,
    push(item) {
      all.push(item);
      const waiter = waiting.shift();
      if (!waiter) return;
      taken += 1;
      waiter(item);
    },
    next() {
      const item = all[taken];
      if (item === undefined) return new Promise((resolve) => waiting.push(resolve));
      taken += 1;
      return Promise.resolve(item);
    },
  };
}

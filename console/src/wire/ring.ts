/** The newest values of many, by numbers that go on: the oldest give way. */
export interface Ring<T> {
  /** The number of the oldest that is kept. */
  first(): number;
  /** The number that the next one gets. */
  next(): number;
  push(value: T): void;
  at(number: number): T | undefined;
  /** Forgets all; numbers go on. */
  clear(): void;
}

export function createRing<T>(capacity: number): Ring<T> {
  const places: (T | undefined)[] = [];
  let first = 0;
  let next = 0;
  return {
    first: () => first,
    next: () => next,
    push(value) {
      places[next % capacity] = value;
      next++;
      if (next - first > capacity) first = next - capacity;
    },
    at: (number) => (number >= first && number < next ? places[number % capacity] : undefined),
    clear() {
      places.length = 0;
      first = next;
    },
  };
}

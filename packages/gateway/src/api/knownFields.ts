/** The fields that something may have; written down as an object, so that the compiler misses none. */
export type Known<T> = Record<keyof Required<T>, true>;

/** @throws where there is another field than these: what is not understood must not be dropped without a word */
export function onlyKnown<T extends object>(what: string, value: T, known: Known<T>): void {
  const strange = Object.entries(value).find(
    ([name, field]) => field !== undefined && !Object.hasOwn(known, name),
  );
  if (strange) throw new Error(`${what}: there is no ${strange[0]} here`);
}

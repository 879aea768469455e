/** Makes a value when it is first asked for, and keeps it: once an execution environment, and not on import. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

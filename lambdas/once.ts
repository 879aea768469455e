/**
 * Makes a value when it is first asked for, and keeps it for the life of the execution environment. Nothing
 * happens on import.
 */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

import type { Store } from '@tidings/client';

/** A value that tells when it changes, as `useSyncExternalStore` takes it. */
export interface Value<T> extends Store<T> {
  set(next: T): void;
}

export function createValue<T>(initial: T): Value<T> {
  const listeners = new Set<() => void>();
  let value = initial;
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    getSnapshot: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
  };
}

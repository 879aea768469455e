import { createListeners } from './listeners.ts';

/** A value that tells when it changes, in the shape that React's `useSyncExternalStore` takes. */
export interface Store<T> {
  /** @returns a function that ends it. */
  subscribe(onChange: () => void): () => void;
  getSnapshot(): T;
}

export function createStore<T>(initial: T, report: (error: unknown) => void) {
  let value = initial;
  const listeners = createListeners(report);
  return {
    subscribe: (onChange: () => void) => listeners.add('', onChange),
    getSnapshot: () => value,
    set(next: T) {
      value = next;
      listeners.call('');
    },
  };
}

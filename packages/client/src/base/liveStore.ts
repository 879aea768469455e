import { createStore, type Store } from './store.ts';

export interface LiveStore<T> extends Store<T> {
  set(next: T): void;
}

/**
 * A store that does its work only while somebody listens to it.
 *
 * @param start begins the work for the first listener. @returns what ends it after the last one.
 */
export function liveStore<T>(initial: T, start: (store: LiveStore<T>) => () => void): LiveStore<T> {
  const store = createStore(initial, rethrow);
  let followers = 0;
  let stop = () => {};
  const live: LiveStore<T> = {
    getSnapshot: store.getSnapshot,
    set: store.set,
    subscribe(onChange) {
      const unsubscribe = store.subscribe(onChange);
      followers++;
      if (followers === 1) stop = start(live);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        unsubscribe();
        followers--;
        if (followers === 0) stop();
      };
    },
  };
  return live;
}

/** Reports what a listener threw as any other error that nobody caught. */
export const rethrow = (error: unknown) =>
  queueMicrotask(() => {
    throw error;
  });

import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { Store } from '../base/store.ts';

/** What a component takes of a store: it renders again only when that changes. */
export interface Selection<T, R> {
  readonly select: (value: T) => R;
  /** @default Object.is */
  readonly isEqual?: (a: R, b: R) => boolean;
}

/**
 * A part of a store.
 *
 * @param onServer what a server renders, and the first render of a page that it rendered.
 */
export function useSelected<T, R>(
  { subscribe, getSnapshot }: Store<T>,
  onServer: T,
  { select, isEqual = Object.is }: Selection<T, R>,
): R {
  const last = useRef<Taken<T, R>>(undefined);
  const take = (of: T): R => {
    const before = last.current;
    if (before?.by === select && Object.is(before.of, of)) return before.value;
    const value = select(of);
    const isSame = before !== undefined && isEqual(before.value, value);
    last.current = { of, by: select, value: isSame ? before.value : value };
    return last.current.value;
  };
  return useSyncExternalStore(
    subscribe,
    () => take(getSnapshot()),
    () => take(onServer),
  );
}

/** What was taken last, of what and by whom: the same again is no reason to render. */
interface Taken<T, R> {
  readonly of: T;
  readonly by: unknown;
  readonly value: R;
}

/** A store as it is. */
export function useStore<T>({ subscribe, getSnapshot }: Store<T>, onServer: T): T {
  const getServerSnapshot = useCallback(() => onServer, [onServer]);
  return useSyncExternalStore(subscribe, getSnapshot, getServerSnapshot);
}

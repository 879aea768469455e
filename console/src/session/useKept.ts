import { useCallback, useState } from 'react';
import { keep, kept } from '../base/kept.ts';
import type { Person } from './person.ts';
import { useSession } from './useSession.ts';

/** Of each person by itself: whoever signs in after somebody else in a tab sees nothing of what that one typed. */
export const keyOf = ({ tenant, user }: Partial<Person>, about: string): string =>
  `tidings.kept.${JSON.stringify([tenant, user, about])}`;

/**
 * What somebody has typed or chosen. It outlives pages, connections, tokens and a reload, in this tab alone, and is shown
 * to nobody else who signs in there.
 *
 * @param about changes with what it is about, and then what is kept of that is shown
 */
export function useKept<T>(about: string, initial: T): readonly [T, (next: T) => void] {
  const { who } = useSession();
  const key = keyOf(who, about);
  const [last, setLast] = useState(() => ({ key, value: kept(key, initial) }));
  const current = last.key === key ? last : { key, value: kept(key, initial) };
  const set = useCallback(
    (value: T) => {
      setLast({ key, value });
      keep(key, value);
    },
    [key],
  );
  return [current.value, set];
}

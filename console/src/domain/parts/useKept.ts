import { useCallback, useState } from 'react';
import { useSession } from '../../session/useSession.ts';

const keyOf = (name: string) => `tidings.kept.${name}`;

function read<T>(name: string, initial: T): T {
  try {
    const kept = sessionStorage.getItem(keyOf(name));
    return kept === null ? initial : (JSON.parse(kept) as T);
  } catch {
    return initial;
  }
}

/**
 * What somebody has typed or chosen. It outlives pages, connections, tokens and a reload, in this tab alone, and is shown
 * to nobody else who signs in there.
 *
 * @param about changes with what it is about, and then what is kept of that is shown
 */
export function useKept<T>(about: string, initial: T): readonly [T, (next: T) => void] {
  const { who } = useSession();
  const name = JSON.stringify([who.tenant, who.user, about]);
  const [kept, setKept] = useState(() => ({ name, value: read(name, initial) }));
  const current = kept.name === name ? kept : { name, value: read(name, initial) };
  const set = useCallback(
    (value: T) => {
      setKept({ name, value });
      try {
        sessionStorage.setItem(keyOf(name), JSON.stringify(value));
      } catch {
        // There is no room for more: what is typed is on the page all the same.
      }
    },
    [name],
  );
  return [current.value, set];
}

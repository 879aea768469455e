import { useCallback, useState } from 'react';
import type { Client } from '../client.ts';
import type { Registered } from './registered.ts';

interface Begun<T> {
  readonly one: T;
  readonly client: Client<Registered>;
  readonly id: string | undefined;
}

/**
 * What a component began last, until its id names something else. An id that comes to name what was begun
 * itself, such as from the address of the page, changes nothing.
 *
 * @param idOf the id of what was begun, once it has one.
 */
export function useBegun<T>(
  client: Client<Registered>,
  id: string | undefined,
  idOf: (one: T) => string | undefined,
): readonly [T | undefined, (one: T) => void] {
  const [begun, setBegun] = useState<Begun<T>>();
  const begin = useCallback((one: T) => setBegun({ one, client, id }), [client, id]);
  let kept = begun;
  if (begun && (begun.client !== client || begun.id !== id)) {
    const isNamed = begun.client === client && id !== undefined && idOf(begun.one) === id;
    kept = isNamed ? { ...begun, id } : undefined;
    // Not merely left out: it would be back when the former id is.
    setBegun(kept);
  }
  return [kept?.one, begin];
}

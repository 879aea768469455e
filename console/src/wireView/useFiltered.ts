import { useMemo } from 'react';
import type { WireRange, WireSource } from '../wire/wireSource.ts';
import { createFiltered, matcher, type Shown, type WireFilter } from './wireFilter.ts';

/** What a filter leaves of a source. */
export function useFiltered(source: WireSource, range: WireRange, filter: WireFilter): Shown {
  const filtered = useMemo(() => createFiltered(source, matcher(filter)), [source, filter]);
  return useMemo(() => filtered(range), [filtered, range]);
}

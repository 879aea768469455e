import type { Case, Logged } from './evidence.ts';

/** By how much a slow call of its holder makes a window longer. */
const slowMs = 5_000;

/**
 * Whether an event may have been sent together with others of its topic, by one of the functions that committed them,
 * for all who asked for batches. `broken off`: one of those died, or said that it could not send.
 */
export function readWindows(
  { begin, skewMs }: Pick<Case, 'begin' | 'skewMs'>,
  events: readonly Logged[],
  isBrokenOff: (event: Logged) => boolean,
): (event: Logged) => 'alone' | 'shared' | 'broken off' {
  const batchMs = Number(begin.batchMs ?? 0);
  const reachMs = batchMs === 0 ? -1 : batchMs + slowMs + skewMs;
  const broken = events.filter(isBrokenOff);
  return (event) => {
    const isNear = (other: Logged) => other !== event && Math.abs(other.at - event.at) <= reachMs;
    if (broken.some(isNear)) return 'broken off';
    return events.some(isNear) ? 'shared' : 'alone';
  };
}

import { type Case, collectionOf, type Logged } from './evidence.ts';
import type { Session } from './sessions.ts';

/** By how much a slow call of its holder makes a window longer. */
const slowMs = 5_000;

/**
 * Whether an event may have been sent together with others, by one of the functions that committed them,
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

/** All events of the topics of one's kind. */
export const ofSameKind = ({ topics }: Pick<Case, 'topics'>, name: string): readonly Logged[] =>
  [...topics.values()]
    .filter((topic) => collectionOf(topic.name) === collectionOf(name))
    .flatMap(({ epochs }) => [...epochs.values()].flat());

/** Who follows all topics of a kind as one is sent the events of all of them together. */
export function windowFor({ rights, entered }: Session, name: string): 'topic' | 'kind' {
  const wire = name.slice(name.indexOf('/') + 1);
  const isStaff = rights.some(({ roles }) => roles.includes('msp'));
  const followsAll = entered.has(collectionOf(wire)) || (wire.startsWith('client:') && isStaff);
  return followsAll ? 'kind' : 'topic';
}

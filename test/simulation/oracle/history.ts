import { type Case, type Event, type Fields, loggedAt } from './evidence.ts';

/** An answer holds some 30 KB: with so much it is full. */
const fullBytes = 29_000;

/**
 * Who asked for the last events of a topic gets those where it stands, oldest first, and all that were asked for but
 * where that is more than there are, or than an answer holds.
 *
 * @returns what is wrong with the answer.
 */
export function judgeLast(
  of: Case,
  home: string,
  last: number,
  { epoch, seq, recovered, events, more }: Fields,
): string | undefined {
  if (recovered || more || !Array.isArray(events)) return `was answered without the last ${last}`;
  const given = events as readonly Event[];
  const first = Number(seq) - given.length + 1;
  const stranger = given.find(
    (event, nth) => loggedAt(of.topics, home, epoch, first + nth)?.text !== JSON.stringify(event),
  );
  if (stranger) return `was given ${JSON.stringify(stranger)} among the last ${last} of ${seq}`;
  if (given.length > last) return `was given ${given.length} where ${last} were asked for`;
  const before = loggedAt(of.topics, home, epoch, first - 1)?.text;
  if (given.length === last || before === undefined) return undefined;
  const bytes = Buffer.byteLength(JSON.stringify(given)) + Buffer.byteLength(before);
  return given.length > 0 && bytes > fullBytes
    ? undefined
    : `was given ${given.length} of the last ${last} of ${seq}, where there was room for more`;
}

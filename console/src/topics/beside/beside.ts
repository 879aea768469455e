import { type GivenEvent, type LogEvent, toLogEvent } from '../log/event.ts';

/** An event when it came to one of two people. */
export interface Arrival {
  readonly event: LogEvent;
  /** Milliseconds, exact to a part of one, on a clock that both share. */
  readonly at: number;
}

export const toArrival = (given: GivenEvent, topic: string, at: number): Arrival => ({
  event: toLogEvent(given, topic, undefined),
  at,
});

/** The same event with both. */
export interface Pair {
  readonly key: string;
  readonly left?: Arrival;
  readonly right?: Arrival;
  /** How much later it came to the right than to the left; less than 0: earlier. */
  readonly laterMs?: number;
  /** It came in another order than to the other: others overtook it. */
  readonly isOvertaken: boolean;
  /** What is in it is not the same. */
  readonly isOther: boolean;
}

/**
 * What came to two people, event by event, the newest first: to whom first, in which order, and whether it was the same.
 *
 * @param left in the order of arrival
 * @param right in the order of arrival
 */
export function pairUp(left: readonly Arrival[], right: readonly Arrival[]): Pair[] {
  const onRight = new Map(right.map((one) => [one.event.key, one]));
  const onLeft = new Map(left.map((one) => [one.event.key, one]));
  const overtaken = overtakenOf(
    left.map(({ event }) => event.key).filter((key) => onRight.has(key)),
    right.map(({ event }) => event.key).filter((key) => onLeft.has(key)),
  );
  const pairs = [
    ...left.map((one) => pair(one, onRight.get(one.event.key), overtaken)),
    ...right.filter(({ event }) => !onLeft.has(event.key)).map((one) => pair(undefined, one, overtaken)),
  ];
  return pairs.toSorted((one, other) => firstAt(other) - firstAt(one));
}

const firstAt = ({ left, right }: Pair) =>
  Math.min(left?.at ?? Number.POSITIVE_INFINITY, right?.at ?? Number.POSITIVE_INFINITY);

function pair(left: Arrival | undefined, right: Arrival | undefined, overtaken: ReadonlySet<string>): Pair {
  const key = (left ?? right)?.event.key ?? '';
  return {
    key,
    ...(left && { left }),
    ...(right && { right }),
    ...(left && right && { laterMs: right.at - left.at }),
    isOvertaken: overtaken.has(key),
    isOther: left !== undefined && right !== undefined && contentOf(left) !== contentOf(right),
  };
}

const contentOf = ({ event: { type, from, payload } }: Arrival) => JSON.stringify([type, from, payload]);

/** Those that do not stand in one order in both: all but the longest run that does. */
function overtakenOf(left: readonly string[], right: readonly string[]): ReadonlySet<string> {
  const placeOf = new Map(right.map((key, place) => [key, place]));
  /** For each length of a run the place at which the lowest such run ends, and what stands before each. */
  const ends: string[] = [];
  const before = new Map<string, string | undefined>();
  const place = (key: string) => placeOf.get(key) ?? -1;
  for (const key of left) {
    const found = ends.findIndex((end) => place(end) >= place(key));
    const length = found === -1 ? ends.length : found;
    before.set(key, ends[length - 1]);
    ends[length] = key;
  }
  const inOrder = new Set<string>();
  for (let key = ends.at(-1); key !== undefined; key = before.get(key)) inOrder.add(key);
  return new Set(left.filter((key) => !inOrder.has(key)));
}

import type { Key, Row, Write } from '../ports.ts';
import type { Head, Topic } from '../topics.ts';

/** An event before it has its place in a log. */
export interface NewEvent {
  readonly type: string;
  readonly payload: object;
}

/** How many events one change may have: with the head, the memory of the request and a feature's rows, a transaction has 100 writes. */
export const maxEvents = 50;

/**
 * What a feature decides on a topic's state: an event, or several in this order, with the state after all of them; or
 * that nothing is to change. A refusal is a thrown ProtocolError.
 */
export type Decision<S, E extends NewEvent = NewEvent> =
  | {
      readonly event: E | readonly [E, ...E[]];
      readonly state: S;
      readonly answer: object;
      /** Rows of the feature's own, each with the condition under which it was decided. */
      readonly writes?: readonly Write[];
    }
  | { readonly unchanged: object };

export interface Change<S, E extends NewEvent = NewEvent> {
  readonly topic: Topic<S>;
  /** Rows that the decision depends on besides the head: read in one instant with it, or after it. */
  readonly rows?: readonly Key[];
  /** A connection that does not receive its events live: its own answer has them. */
  readonly except?: string;
  /** Pure: it may run several times, each time on what is true then. `now` is when: milliseconds since 1970. */
  readonly decide: (state: S, rows: readonly (Row | undefined)[], now: number) => Decision<S, E>;
}

/** A decision for an event, or several. */
export type EventDecision<S> = Extract<Decision<S>, { event: object }>;

/** What was decided, on which head and when. */
export interface Decided<S, D extends Decision<S> = Decision<S>> {
  readonly head: Head<S> | undefined;
  readonly decision: D;
  readonly now: number;
}

/**
 * Decides on a state.
 *
 * @throws ProtocolError the decision's refusal; Error for more events than one change may have.
 */
export function decideOn<S>(
  { decide }: Change<S>,
  state: S,
  rows: readonly (Row | undefined)[],
  now: number,
): Decision<S> {
  const decision = decide(state, rows, now);
  const count = 'event' in decision ? [decision.event].flat().length : 0;
  if (count > maxEvents) throw new Error(`a change of ${count} events is too large`);
  return decision;
}

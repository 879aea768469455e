import type { Figure } from './functionLine.ts';
import { type Percentiles, sample } from './sample.ts';
import { tally } from './tally.ts';

export const stepMs = 5_000;
/** An hour. */
const maxSteps = 3_600_000 / stepMs;

/** What only grows, since start. */
export interface Totals {
  readonly framesIn: number;
  readonly framesOut: number;
  /** Of the database; absent where they are not counted. */
  readonly readUnits?: number;
  readonly writeUnits?: number;
}

/** How things stand. */
export interface Standing {
  readonly openConnections: number;
  readonly openByRole: Readonly<Record<string, number>>;
  readonly deadLetters: number;
}

/** What is asked at the end of each step. */
export interface Sources {
  totals(): Totals;
  standing(): Standing;
}

/** Five seconds of a stack. */
export interface Step extends Totals, Standing {
  /** When it ended, by the clock of this machine: milliseconds since 1970. */
  readonly at: number;
  readonly connects: number;
  readonly requests: number;
  /** Posts that were taken. */
  readonly delivered: number;
  readonly gone: number;
  readonly behind: number;
  readonly refusedHandshakes: Readonly<Record<string, number>>;
  readonly refusedRequests: Readonly<Record<string, number>>;
  /** From the begin of a fan-out until a part of its audience was posted to. */
  readonly postMs?: Percentiles;
}

/** What is told of while a step lasts. */
function running() {
  return { counts: tally(), handshakes: tally(), requests: tally(), posts: sample() };
}

/**
 * The last hour, in steps of five seconds. It follows the clock of this machine and not that of the stack: a move of two
 * hours takes a moment of whoever looks, and would else be a gap in which the hour before it is lost.
 */
export function steps(sources: Sources, now: () => number = Date.now) {
  let kept: Step[] = [];
  let current = running();
  let before = sources.totals();

  function step(): Step {
    const totals = sources.totals();
    const {
      Connects = 0,
      Requests = 0,
      Delivered = 0,
      GoneConnections = 0,
      SlowConnections = 0,
    } = current.counts.counts();
    const postMs = current.posts.percentiles();
    return {
      at: now(),
      ...sources.standing(),
      ...difference(totals, before),
      connects: Connects,
      requests: Requests,
      delivered: Delivered,
      gone: GoneConnections,
      behind: SlowConnections,
      refusedHandshakes: current.handshakes.counts(),
      refusedRequests: current.requests.counts(),
      ...(postMs && { postMs }),
    };
  }

  return {
    add({ metric, values, by = 'other' }: Figure) {
      const sum = values.reduce((one, other) => one + other, 0);
      if (metric === 'PostMs') for (const value of values) current.posts.add(value);
      else if (metric === 'RefusedRequests') current.requests.add(by, sum);
      else current.counts.add(metric, sum);
    },
    addRefusedHandshake: (check: string) => current.handshakes.add(check, 1),
    /** Ends the step that is under way. */
    end() {
      kept = [...kept, step()].slice(-maxSteps);
      current = running();
      before = sources.totals();
    },
    /** The steps that ended after this time, and the one that is under way. */
    since: (at: number) => ({ stepMs, steps: kept.filter((one) => one.at > at), current: step() }),
  };
}

function difference(now: Totals, before: Totals): Totals {
  const grown = Object.entries(now).map(([name, total]: [string, number]) => [
    name,
    total - (before[name as keyof Totals] ?? 0),
  ]);
  return Object.fromEntries(grown) as unknown as Totals;
}

import type { Store } from '@tidings/client';
import { type Poll, poll } from '../base/poll.ts';
import { createValue } from '../base/value.ts';

type Counts = Readonly<Record<string, number>>;

/** What a local stack did in a few seconds, as `/_local/metrics` tells it. */
export interface Step {
  /** When it ended: milliseconds since 1970. */
  readonly at: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly connects: number;
  readonly requests: number;
  readonly delivered: number;
  readonly gone: number;
  readonly behind: number;
  readonly refusedHandshakes: Counts;
  readonly refusedRequests: Counts;
  readonly postMs?: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Absent where the database is not asked over a wire. */
  readonly readUnits?: number;
  readonly writeUnits?: number;
  readonly openConnections: number;
  readonly openByRole: Counts;
  readonly deadLetters: number;
}

export interface Metrics {
  readonly stepMs: number;
  readonly steps: readonly Step[];
  /** The step that is under way. */
  readonly current: Step;
}

/** The last hour, as far as it is known. */
export interface Hour {
  readonly stepMs: number;
  readonly steps: readonly Step[];
  readonly current?: Step;
  /** Why the newest answer did not come. What is known stays. */
  readonly error?: string;
}

const hourMs = 3_600_000;

/** What is known with what has come. */
function joinSteps(known: readonly Step[], { steps, current }: Metrics): readonly Step[] {
  const newest = known.at(-1)?.at ?? 0;
  // Of two answers that crossed, the later one may bring again what the earlier one did.
  const all = [...known, ...steps.filter(({ at }) => at > newest)];
  return all.filter(({ at }) => at > current.at - hourMs);
}

/** @param ask for the steps that ended after a time */
export function watchHour(
  ask: (since: number, signal: AbortSignal) => Promise<Metrics>,
  everyMs = 2_500,
): Store<Hour> & Poll {
  const hour = createValue<Hour>({ stepMs: 5_000, steps: [] });
  async function look(signal: AbortSignal) {
    const { error: _, ...known } = hour.getSnapshot();
    try {
      const metrics = await ask(known.steps.at(-1)?.at ?? 0, signal);
      if (signal.aborted) return;
      const { stepMs, current } = metrics;
      hour.set({ stepMs, steps: joinSteps(known.steps, metrics), current });
    } catch (error) {
      if (!signal.aborted) hour.set({ ...known, error: (error as Error).message });
    }
  }
  return { ...hour, ...poll(everyMs, look) };
}

import type { SentEvent } from './batch.ts';
import type { Completion } from './completions.ts';

/** A part of an audience, for the delivery function to post to. */
export interface WorkUnit {
  /** One event, or a batch of several. */
  readonly frame: string;
  /** How many frames that are. Absent: one. */
  readonly frames?: number;
  readonly to: readonly string[];
  /** All of these connections understand batches. */
  readonly batch?: boolean;
  /** How often these connections were tried before. */
  readonly round: number;
  readonly kind: 'event' | 'resync';
  /** The `resync` frame for a connection that cannot keep up; absent where the topic has no replay. */
  readonly resync?: string;
  readonly completion?: Completion;
  /** Which part of the fan-out it is: its name in the completion's count. */
  readonly part: string;
  /** When the fan-out began. Units of the release before have none. */
  readonly begunAt?: number;
  /** The request that the event came of, if any. */
  readonly requestId?: string;
}

const unitSize = 500;

/**
 * Those whom a unit is still for, by units. Who understands batches is apart from who does not: what several units have
 * for the same of these is merged.
 */
export const dividedUnits = (
  unit: WorkUnit,
  left: readonly string[],
  understanding: ReadonlySet<string>,
): readonly WorkUnit[] =>
  [true, false].flatMap((batch) => {
    const alike = left.filter((id) => understanding.has(id) === batch);
    const count = Math.ceil(alike.length / unitSize);
    const part = (n: number) => alike.slice(n * unitSize, (n + 1) * unitSize);
    return Array.from({ length: count }, (_, n) => ({ ...unit, to: part(n), batch }));
  });

/** The `resync` for whoever cannot be sent an event, where its topic has a replay. */
export function resyncFrame(
  topic: string,
  { epoch, seq }: Pick<SentEvent, 'epoch' | 'seq'>,
): Pick<WorkUnit, 'resync'> {
  if (seq === undefined) return {};
  return { resync: JSON.stringify({ type: 'resync', topic, payload: { epoch, seq } }) };
}

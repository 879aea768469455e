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
  readonly batch?: boolean | undefined;
  /** How often these connections were tried before. */
  readonly round: number;
  readonly kind: 'event' | 'resync';
  /** The `resync` frame for a connection that cannot keep up; absent where the topic has no replay. */
  readonly resync?: string;
  readonly completion?: Completion | undefined;
  /** Which part of the fan-out it is: its name in the completion's count. */
  readonly part: string;
  /** When the fan-out began. Units of the release before have none. */
  readonly begunAt?: number;
  /** The request that the event came of, if any. */
  readonly requestId?: string | undefined;
}

const unitSize = 500;

export function chunks(all: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let from = 0; from < all.length; from += unitSize) parts.push(all.slice(from, from + unitSize));
  return parts;
}

/** The `resync` for whoever cannot be sent an event, where its topic has a replay. */
export function resyncFrame(
  topic: string,
  { epoch, seq }: Pick<SentEvent, 'epoch' | 'seq'>,
): Pick<WorkUnit, 'resync'> {
  if (seq === undefined) return {};
  return { resync: JSON.stringify({ type: 'resync', topic, payload: { epoch, seq } }) };
}

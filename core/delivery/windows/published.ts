import type { LoggedRange } from '../../log/changes.ts';
import type { LoggedEvent } from '../../log/loggedEvent.ts';
import type { Runtime } from '../../runtime.ts';
import type { Broadcast } from '../fanOut.ts';

/** The committed events of one change. */
export interface Published extends Broadcast {
  readonly events: readonly LoggedEvent[];
  /** For how long the topic had had no event before these: milliseconds. Absent: they were sent before. */
  readonly quietMs?: number;
}

/** These on their way to their readers. */
export interface Sending {
  readonly published: Published;
  /** Where they stand in the log. */
  readonly range: LoggedRange;
  readonly begunAt: number;
}

/** What is asked for with a completion, was sent before, or would wait past the deadline of its request is sent at once. */
export function mayWait(
  { clock, deadline = 0 }: Pick<Runtime, 'clock' | 'deadline'>,
  { quietMs, completion }: Published,
  lengthMs: number,
): boolean {
  return lengthMs > 0 && !completion && quietMs !== undefined && clock.now() + lengthMs <= deadline;
}

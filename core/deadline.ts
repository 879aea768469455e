import type { Clock } from './ports.ts';
import { tooBusy } from './retry.ts';
import type { Runtime } from './runtime.ts';
import { maxContentionMs } from './timeouts.ts';

/**
 * The runtime of one request: all that it tries again ends by one deadline. What is done within a request that has
 * one already keeps that, so that times never add up.
 */
export function withDeadline<R extends Pick<Runtime, 'clock' | 'table' | 'deadline'>>(
  runtime: R,
): R & { readonly deadline: number } {
  const { clock, table } = runtime;
  if (runtime.deadline !== undefined) return { ...runtime, deadline: runtime.deadline };
  const deadline = clock.now() + maxContentionMs;
  return { ...runtime, deadline, table: table.until?.(deadline) ?? table };
}

/**
 * Does some work, and waits for it no longer than this. What is under way then is as if the function had died in it:
 * nobody hears how it ends.
 *
 * @throws ProtocolError `unavailable` when the time is over; whatever the work throws.
 */
export async function inTime<T>(
  { clock }: { readonly clock: Clock },
  maxMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const late = clock.wait(maxMs, done.signal).then(() => {
    if (done.signal.aborted) return new Promise<never>(() => {});
    throw tooBusy();
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    done.abort();
  }
}

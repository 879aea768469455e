import type { Clock } from './ports.ts';
import { tooBusy } from './retry.ts';
import type { Runtime } from './runtime.ts';
import { maxContentionMs } from './timeouts.ts';

/**
 * The runtime of one request, with one deadline for all its retries. Work within a request keeps that
 * request's deadline, so that times never add up.
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
 * Runs work, and waits for it no longer than this. Work that still runs then is treated as if the function
 * had died: its result is not used.
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

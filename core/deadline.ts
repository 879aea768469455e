import type { Clock } from './ports.ts';
import { tooBusy } from './retry.ts';
import type { Runtime } from './runtime.ts';
import { maxContentionMs } from './timeouts.ts';

/**
 * The runtime of one piece of work, with one deadline for all its retries: a request, the end of one connection, one
 * look at stalled work. Work within it keeps that deadline, so that times never add up.
 */
export function withDeadline<R extends Pick<Runtime, 'clock' | 'table' | 'deadline'>>(
  runtime: R,
): R & { readonly deadline: number } {
  if (hasDeadline(runtime)) return runtime;
  const { clock, table } = runtime;
  const deadline = clock.now() + maxContentionMs;
  return withParts(runtime, { deadline, table: table.until?.(deadline) ?? table });
}

/** A runtime with other parts. What it opens on first use stays closed: `$disconnect` most often needs no queue. */
export function withParts<R extends object, P extends Partial<Runtime>>(runtime: R, parts: P): R & P {
  return Object.defineProperties({} as R & P, {
    ...Object.getOwnPropertyDescriptors(runtime),
    ...Object.getOwnPropertyDescriptors(parts),
  });
}

const hasDeadline = <R extends Pick<Runtime, 'deadline'>>(
  runtime: R,
): runtime is R & { readonly deadline: number } => runtime.deadline !== undefined;

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

import { ProtocolError } from '@tidings/protocol';
import type { Clock, Random } from './ports.ts';
import { maxContentionMs } from './timeouts.ts';

/** What `retry` needs. */
export interface RetryParts {
  readonly clock: Clock;
  readonly random: Pick<Random, 'fraction'>;
  /** After this, there is no further try: milliseconds since 1970. @default three seconds from now */
  readonly deadline?: number | undefined;
}

/** The result of a step that must be tried again. */
class Again {
  readonly cause: unknown;
  constructor(cause: unknown) {
    this.cause = cause;
  }
}

/** @param cause what failed. */
export const again = (cause?: unknown): Again => new Again(cause);

/**
 * Runs a step until its result is not `again`. Waits are random, so that rivals do not meet again. The step
 * runs at least once, however late it is.
 *
 * @throws ProtocolError `unavailable` after the deadline; whatever the step throws.
 */
export async function retry<T>(
  { clock, random, deadline = clock.now() + maxContentionMs }: RetryParts,
  step: (round: number) => Promise<T | Again>,
): Promise<T> {
  for (let round = 0; ; round++) {
    const result = await step(round);
    if (!(result instanceof Again)) return result;
    if (clock.now() >= deadline) throw tooBusy(result.cause);
    // At least a millisecond, so that the time runs out whatever the randomness says.
    await clock.wait(1 + random.fraction() * Math.min(100, 10 * 2 ** round));
  }
}

export function tooBusy(cause?: unknown): ProtocolError {
  return new ProtocolError('unavailable', 'the database is too busy: ask again with the same ref', {
    retryAfterMs: 1000,
    cause,
  });
}

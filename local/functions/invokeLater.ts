import type { LocalClock } from '../clock.ts';
import { isThrottled, throttledDelayMs } from './concurrency.ts';

export interface LaterOptions {
  readonly clock: LocalClock;
  readonly invoke: () => Promise<unknown>;
  readonly what: string;
  readonly log: (text: string) => void;
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const retryDelaysMs = [60_000, 120_000];
const maxAgeMs = 6 * 3_600_000;

/** What became of an event so far. */
interface Tried {
  readonly since: number;
  readonly failures: number;
  /** How often in a row it was refused, since the account ran as many functions as it may. */
  readonly refusals: number;
}

/**
 * Runs a function as an asynchronous invocation: nobody waits, a failure is tried twice more, and what the account's
 * concurrency has no room for is tried for six hours.
 */
export function invokeLater(
  options: LaterOptions,
  tried: Tried = { since: options.clock.now(), failures: 0, refusals: 0 },
): void {
  const { clock, invoke, what, log } = options;
  const { since, failures, refusals } = tried;
  const work = invoke().catch((error: unknown) => {
    const throttled = isThrottled(error);
    const retryMs = throttled ? throttledDelayMs(refusals) : retryDelaysMs[failures];
    const isLast = retryMs === undefined || clock.now() + retryMs - since > maxAgeMs;
    log(`${what} failed${isLast ? ' for the last time' : ''}: ${String(error)}`);
    if (isLast) return;
    const next = throttled ? { failures, refusals: refusals + 1 } : { failures: failures + 1, refusals: 0 };
    clock.setTimeout(() => invokeLater(options, { since, ...next }), retryMs);
  });
  clock.hold(work);
}

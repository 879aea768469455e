import type { LocalClock } from '../clock.ts';

export interface LaterOptions {
  readonly clock: LocalClock;
  readonly invoke: () => Promise<unknown>;
  readonly what: string;
  readonly log: (text: string) => void;
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const retryDelaysMs = [60_000, 120_000];

/** Runs a function as an asynchronous invocation: nobody waits, and a failure is tried twice more. */
export function invokeLater({ clock, invoke, what, log }: LaterOptions, failures = 0): void {
  const work = invoke().catch((error: unknown) => {
    const retryMs = retryDelaysMs[failures];
    log(`${what} failed${retryMs === undefined ? ' for the last time' : ''}: ${String(error)}`);
    if (retryMs === undefined) return;
    clock.setTimeout(() => invokeLater({ clock, invoke, what, log }, failures + 1), retryMs);
  });
  clock.hold(work);
}

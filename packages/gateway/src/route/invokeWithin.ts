import type { Invoke, Json } from '../api/api.ts';
import type { Clock } from '../clock.ts';

/** How an invocation ended; `answer` is a copy, as JSON, of what the function returned. */
export type Outcome =
  | { kind: 'answered'; answer: Json }
  | { kind: 'failed'; cause: unknown }
  | { kind: 'timed-out' };

/** A copy that shares nothing with the original; what JSON cannot say is lost or, like a cycle, throws. */
function copyJson(value: unknown): Json {
  // Inside an array `undefined` becomes null, which is what a function that returns nothing answers.
  const [copy]: Json[] = JSON.parse(JSON.stringify([value]));
  return copy ?? null;
}

/** Runs a function for at most `timeoutMs` on the given clock. Never rejects. */
export function invokeWithin(invoke: Invoke, event: Json, timeoutMs: number, clock: Clock): Promise<Outcome> {
  return new Promise((resolve) => {
    const timer = clock.setTimeout(() => resolve({ kind: 'timed-out' }), timeoutMs);
    const settle = (outcome: Outcome) => {
      timer.cancel();
      resolve(outcome);
    };
    const run = async () => copyJson(await invoke(copyJson(event)));
    run().then(
      (answer) => settle({ kind: 'answered', answer }),
      (cause: unknown) => settle({ kind: 'failed', cause }),
    );
  });
}

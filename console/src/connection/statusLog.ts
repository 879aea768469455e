import type { Status, Store } from '@tidings/client';
import { createValue } from '../base/value.ts';

/** How it stood with a connection from a moment on. */
export interface StatusStep {
  readonly number: number;
  /** Milliseconds since 1970 on this machine's clock. */
  readonly at: number;
  readonly status: Status;
}

/** The newest are kept, the newest first. */
const maxSteps = 100;

/** Writes down each change of a connection's status. */
export function logStatus(status: Store<Status>, now: () => number = Date.now): Store<readonly StatusStep[]> {
  const steps = createValue<readonly StatusStep[]>([]);
  const add = () => {
    const before = steps.getSnapshot();
    const [newest] = before;
    const next = status.getSnapshot();
    // The client may say the same once more.
    if (newest && !differs(newest.status, next)) return;
    steps.set([{ number: (newest?.number ?? 0) + 1, at: now(), status: next }, ...before].slice(0, maxSteps));
  };
  add();
  status.subscribe(add);
  return steps;
}

const differs = (one: Status, other: Status): boolean =>
  (['state', 'attempt', 'reason', 'code', 'retryAt'] as const).some((name) => one[name] !== other[name]);

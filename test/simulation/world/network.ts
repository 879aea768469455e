import type { Signals } from '@tidings/client';
import type { Scheduler } from './scheduler.ts';

/** One page's network, and what the browser says about it. */
export interface Network {
  readonly signals: Signals;
  /** It is gone for so long. */
  lose(forMs: number): void;
}

export function network(scheduler: Scheduler): Network {
  const listeners = new Set<() => void>();
  let backAt = 0;
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  return {
    signals: {
      online: () => scheduler.now() >= backAt,
      listen(onChange) {
        listeners.add(onChange);
        return () => listeners.delete(onChange);
      },
    },
    lose(forMs) {
      backAt = Math.max(backAt, scheduler.now() + forMs);
      tell();
      if (forMs < Number.POSITIVE_INFINITY) scheduler.after(forMs, tell);
    },
  };
}

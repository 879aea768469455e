import type { memoryQueue } from '../../adapters/memory/queue.ts';
import type { Clock } from '../../core/ports.ts';
import type { Principal } from '../../core/principal.ts';
import { features } from '../../features/index.ts';
import { memoryRuntime as runtimeOf } from '../../testing/memoryRuntime.ts';

type Work = Readonly<Record<'job' | 'stream', ReturnType<typeof memoryQueue>>>;

/** Everything that the core works with, with this repository's features: time moves when a test moves it. */
export function memoryRuntime(settings: Readonly<Record<string, unknown>> = {}) {
  const runtime = runtimeOf(features, settings);
  return { ...runtime, work: runtime.work as Work };
}

export type MemoryRuntime = ReturnType<typeof memoryRuntime>;

/** The same runtime, in which whoever waits has time go by. A limit on what is waited for has no part in that. */
export function impatient<R extends Pick<MemoryRuntime, 'clock'>>(runtime: R): R {
  const { clock } = runtime;
  const wait = (ms: number, signal?: AbortSignal) => (signal ? clock.wait(ms) : clock.advance(ms));
  return { ...runtime, clock: { ...clock, wait } };
}

/** Somebody of tenant `t`, whose token lasts an hour. */
export function principal(
  { clock }: { readonly clock: Pick<Clock, 'now'> },
  who: Partial<Principal> = {},
): Principal {
  const now = clock.now();
  return {
    tenant: 't',
    userId: 'ann',
    roles: ['msp'],
    clients: [],
    expiresAt: now + 3_600_000,
    issuedAt: now,
    ...who,
  };
}

import { manualClock, seededRandom } from '../../adapters/memory/clock.ts';
import { memoryQueue } from '../../adapters/memory/queue.ts';
import { memorySockets } from '../../adapters/memory/sockets.ts';
import { memoryTable } from '../../adapters/memory/table.ts';
import { memoryVerifier } from '../../adapters/memory/verifier.ts';
import { createApp } from '../../core/api/createApp.ts';
import { rateLimiter } from '../../core/api/rateLimit.ts';
import { headCache } from '../../core/log/headCache.ts';
import type { Principal } from '../../core/principal.ts';
import { features } from '../../features/index.ts';

const app = createApp(features);

/** Everything the core works with, in memory: time moves when a test moves it. */
export function memoryRuntime(settings: Readonly<Record<string, unknown>> = {}) {
  const clock = manualClock(Date.UTC(2026, 0, 1));
  const reports: string[] = [];
  const parsed = app.settings.parse({
    stage: 'test',
    tokens: {
      issuer: 'https://issuer.example',
      audience: 'tidings',
      jwksUrl: 'https://issuer.example/jwks',
    },
    ...settings,
  });
  return {
    app,
    settings: parsed,
    table: memoryTable({ clock }),
    sockets: memorySockets(),
    queue: memoryQueue({ clock }),
    work: { job: memoryQueue({ clock }), stream: memoryQueue({ clock }) },
    tokens: memoryVerifier({ clock, leewaySeconds: parsed.tokens.leewaySeconds }),
    clock,
    random: seededRandom(1),
    reporter: {
      report: (error: unknown, about: { what: string }) => void reports.push(`${about.what}: ${error}`),
    },
    reports,
    headCache: headCache(),
    begun: new Set<string>(),
    rates: rateLimiter({ perSecond: 20, burst: 40 }),
  };
}

export type MemoryRuntime = ReturnType<typeof memoryRuntime>;

/** The same runtime, in which whoever waits has time go by. A limit on what is waited for has no part in that. */
export function impatient<R extends Pick<MemoryRuntime, 'clock'>>(runtime: R): R {
  const { clock } = runtime;
  const wait = (ms: number, signal?: AbortSignal) => (signal ? clock.wait(ms) : clock.advance(ms));
  return { ...runtime, clock: { ...clock, wait } };
}

/** Somebody of tenant `t`, whose token lasts an hour. */
export function principal({ clock }: Pick<MemoryRuntime, 'clock'>, who: Partial<Principal> = {}): Principal {
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

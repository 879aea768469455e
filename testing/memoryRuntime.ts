import { manualClock, seededRandom } from '../adapters/memory/clock.ts';
import { memoryMetrics } from '../adapters/memory/metrics.ts';
import { memoryQueue } from '../adapters/memory/queue.ts';
import { memorySockets } from '../adapters/memory/sockets.ts';
import { memoryTable } from '../adapters/memory/table.ts';
import { memoryVerifier } from '../adapters/memory/verifier.ts';
import { createApp } from '../core/api/createApp.ts';
import { rateLimiter } from '../core/api/rateLimit.ts';
import type { Feature } from '../core/feature.ts';
import { headCache } from '../core/log/headCache.ts';
import type { LastSent } from '../core/runtime.ts';

/** Of an issuer that nobody asks. */
export const tokens = {
  issuer: 'https://issuer.example',
  audience: 'tidings',
  jwksUrl: 'https://issuer.example/jwks',
};

/** Everything the engine works with, in memory: time moves when a test moves it. */
export function memoryRuntime(
  features: readonly Feature[],
  settings: Readonly<Record<string, unknown>> = {},
) {
  const app = createApp(features);
  const clock = manualClock(Date.UTC(2026, 0, 1));
  const reports: string[] = [];
  const parsed = app.settings.parse({ stage: 'test', tokens, ...settings });
  const queues = [...app.work.keys()].map((name) => [name, memoryQueue({ clock })] as const);
  return {
    app,
    settings: parsed,
    table: memoryTable({ clock }),
    sockets: memorySockets(),
    queue: memoryQueue({ clock }),
    work: Object.fromEntries(queues),
    tokens: memoryVerifier({ clock, leewaySeconds: parsed.tokens.leewaySeconds }),
    clock,
    random: seededRandom(1),
    reporter: {
      report: (error: unknown, about: { what: string }) => void reports.push(`${about.what}: ${error}`),
    },
    reports,
    metrics: memoryMetrics(),
    headCache: headCache(),
    lastSent: new Map<string, LastSent>(),
    formerRowsOver: new Set<string>(),
    rates: rateLimiter({ perSecond: 20, burst: 40 }),
  };
}

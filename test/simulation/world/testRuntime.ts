import { setImmediate } from 'node:timers/promises';
import { seededRandom } from '../../../adapters/memory/clock.ts';
import { memoryQueue } from '../../../adapters/memory/queue.ts';
import { memorySockets } from '../../../adapters/memory/sockets.ts';
import { memoryTable } from '../../../adapters/memory/table.ts';
import { memoryVerifier } from '../../../adapters/memory/verifier.ts';
import { rateLimiter } from '../../../core/api/rateLimit.ts';
import { handleFrame } from '../../../core/api/router.ts';
import { type Connected, connect } from '../../../core/connections/connect.ts';
import { type DeliveryWork, deliverWork } from '../../../core/delivery/deliverWork.ts';
import { headCache } from '../../../core/log/headCache.ts';
import type { Clock, Table } from '../../../core/ports.ts';
import type { Principal } from '../../../core/principal.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { app } from './simulatedApp.ts';

const startMs = 1_700_000_040_000;

/** One system on memory adapters, with a clock that moves only when it is told to, and as many environments as wanted. */
export function testSystem({ limit = 2 } = {}) {
  let nowMs = startMs;
  // A wait is over when nothing else can go on: what is under way always comes first.
  // No time passes, so no limit on what is waited for is ever reached.
  const never = new Promise<never>(() => {});
  const clock: Clock = {
    now: () => nowMs,
    wait: (_ms, signal) => (signal ? never : setImmediate()),
  };
  const table = memoryTable({ clock });
  const sockets = memorySockets();
  const queue = memoryQueue({ clock });
  const tokens = memoryVerifier({ clock });
  const random = seededRandom(1);
  const unexpected: unknown[] = [];
  const settings = app.settings.parse({
    stage: 'prove',
    tokens: { issuer: 'https://issuer', audience: 'prove', jwksUrl: 'https://issuer/jwks' },
    limits: { connectionsPerUser: limit, framesPerSecond: 1000, frameBurst: 10_000 },
  });
  /** @param yielding what to await before each operation on the table. */
  const environment = (yielding?: (what: string) => Promise<unknown>): Runtime => ({
    app,
    settings,
    table: yielding ? interrupted(table, yielding) : table,
    sockets: yielding ? interrupted(sockets, yielding) : sockets,
    queue,
    work: { job: memoryQueue({ clock }), stream: memoryQueue({ clock }) },
    tokens,
    random,
    clock: yielding
      ? { now: clock.now, wait: async (_ms, signal) => void (await (signal ? never : yielding('wait'))) }
      : clock,
    reporter: { report: (error) => void unexpected.push(error) },
    metrics: { add() {}, flush() {} },
    headCache: headCache(),
    lastSent: new Map(),
    formerRowsOver: new Set(),
    rates: rateLimiter({ perSecond: 1000, burst: 10_000 }),
  });
  let requests = 0;
  return {
    table,
    sockets,
    queue,
    tokens,
    environment,
    unexpected,
    now: () => nowMs,
    advance(ms: number) {
      nowMs += ms;
    },
    who: (userId: string, lifeMs = 3_600_000, more: Partial<Principal> = {}): Principal => ({
      tenant: 'acme',
      userId,
      roles: ['msp'],
      clients: [],
      issuedAt: nowMs - 1000,
      expiresAt: nowMs + lifeMs,
      ...more,
    }),
    /** Runs `$connect`, and opens the socket as the gateway does when it is admitted. */
    async dial(runtime: Runtime, connectionId: string, principal: Principal): Promise<Connected> {
      const connected = await connect(runtime, connectionId, principal);
      if ('connection' in connected) sockets.open(connectionId);
      return connected;
    },
    async say(runtime: Runtime, connectionId: string, frame: object) {
      const requestId = `request-${requests++}`;
      const reply = await handleFrame(runtime, { connectionId, requestId, body: JSON.stringify(frame) });
      return { ...reply, payload: (reply.payload ?? {}) as { readonly [name: string]: unknown } };
    },
    /** Serves what went to the queue, until nothing is left. */
    async drain(runtime: Runtime) {
      for (let left = queue.receive(); queue.waiting().length > 0; left = queue.receive()) {
        for (const { body, done } of left) {
          await deliverWork(runtime, body as unknown as DeliveryWork);
          done();
        }
        nowMs += 1000;
      }
    },
    frames: (connectionId: string) =>
      sockets
        .frames(connectionId)
        .map((text) => JSON.parse(text) as { type: string; topic?: string; epoch?: string; seq?: number }),
    rows: (prefix: string) =>
      table.dump().filter(({ pk, sk }) => pk.startsWith(prefix) || sk.startsWith(prefix)),
  };
}

export type TestSystem = ReturnType<typeof testSystem>;

function interrupted<T extends Table | Runtime['sockets']>(
  port: T,
  yielding: (what: string) => Promise<unknown>,
): T {
  const entries = Object.entries(port).map(([name, method]) => [
    name,
    async (...args: unknown[]) => {
      await yielding(name);
      return method(...args);
    },
  ]);
  return Object.fromEntries(entries) as T;
}

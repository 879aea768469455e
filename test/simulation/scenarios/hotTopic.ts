import { seededRandom } from '../../../adapters/memory/clock.ts';
import { memoryTable } from '../../../adapters/memory/table.ts';
import { handleAction } from '../../../core/api/router.ts';
import { keys } from '../../../core/keys.ts';
import type { Row } from '../../../core/ports.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { contendedTable } from '../../support/contendedTable.ts';
import { memoryRuntime, principal } from '../../support/memoryRuntime.ts';
import { scheduler } from '../world/scheduler.ts';
import { mortalEnvironments } from './mortalEnvironments.ts';

const startMs = Date.UTC(2026, 0, 1);
const date = '2026-01-05';
/** When everybody has an answer, or has given up. */
const endMs = 90_000;

/** What is asked for, and how often. */
export interface Asked {
  readonly user: string;
  readonly action: string;
  readonly payload: { readonly [name: string]: unknown };
  /** Whether it is sent again while it is under way. */
  readonly twice: boolean;
}

/** An answer, as its client got it. */
export interface Answered {
  readonly user: string;
  readonly type: string;
  readonly payload: {
    readonly code?: string;
    readonly retryable?: boolean;
    readonly dup?: true;
    readonly already?: true;
    readonly seq?: number;
    readonly alertId?: string;
  };
  /** How often it had been asked when it was asked with this answer. */
  readonly times: number;
}

/** What a run leaves to judge. */
export interface Explored {
  readonly asked: readonly Asked[];
  readonly answered: readonly Answered[];
  readonly rows: readonly Row[];
  /** Those whose client asked again and again, and was never answered. */
  readonly unserved: readonly string[];
  readonly deaths: number;
  /** How probable a fault is. */
  readonly faults: number;
}

/**
 * Some requests on one topic at almost the same time, each in an environment of its own: with DynamoDB's conflicts, and
 * in most runs with clocks that differ, functions that die at any of their calls, and calls without an answer.
 */
export async function exploreHotTopic(seed: number): Promise<Explored> {
  const random = seededRandom(seed);
  const chance = (p: number) => random.fraction() < p;
  const time = scheduler(startMs);
  const memory = {
    ...memoryRuntime({ limits: { framesPerSecond: 100_000, frameBurst: 100_000 } }),
    clock: time,
  };
  const near = memoryTable({ clock: time });
  const latencies = { read: 4, write: 5, transaction: 12 };
  const shared = contendedTable(near, { clock: time, random }, latencies);
  const p = [0, 0.01, 0.04, 0.1][seed % 4] ?? 0;
  const skewMs = p > 0 && chance(0.3) ? 2000 : 40;
  const environments = mortalEnvironments({ memory, time, random, table: shared, p, skewMs });
  const environment = () => environments.begin().runtime;

  const answered: Answered[] = [];
  const asked: Asked[] = [];
  const unserved: string[] = [];
  const warm: Runtime[] = [environment(), environment()];
  const send = async ({ user, action, payload }: Asked, times: number): Promise<Answered | undefined> => {
    const runtime = (chance(0.3) && warm.pop()) || environment();
    const who = principal({ clock: time }, { userId: user });
    const answer = handleAction(runtime, who, `${user}-${times}`, { action, ref: 'r', payload });
    const frame = await Promise.race([answer, time.wait(9000)]);
    if (!frame) return undefined;
    const got = { user, type: frame.type, payload: frame.payload as Answered['payload'], times };
    answered.push(got);
    if (frame.type === 'ack') warm.push(runtime);
    return got;
  };
  /** A client: it repeats what was not answered, unless it is gone. */
  const ask = async (request: Asked): Promise<Answered | undefined> => {
    asked.push(request);
    let times = 0;
    if (request.twice) void time.wait(random.fraction() * 60).then(() => send(request, ++times));
    for (let tries = 0; tries < 5; tries++) {
      const got = await send(request, ++times);
      const { code, retryable } = got?.payload ?? {};
      if (got && !retryable && code !== 'internal') return got;
      if (p > 0 && chance(0.2)) return undefined;
      await time.wait(random.fraction() * 500);
    }
    unserved.push(request.user);
    return undefined;
  };

  const isAlerts = seed % 3 === 0;
  const count = 6 + Math.floor(random.fraction() * 5);
  const begin = async (n: number) => {
    await time.wait(random.fraction() * 60);
    const twice = chance(0.2);
    if (isAlerts) {
      const dedupeKey = ['disk', 'net'][Math.floor(random.fraction() * 3)];
      const payload = {
        to: { msp: true },
        severity: 'info',
        title: `t${n}`,
        ...(dedupeKey && { dedupeKey }),
      };
      return void (await ask({ user: `u${n}`, action: 'alert.raise', payload, twice }));
    }
    // Some want the same time, others one of their own.
    const at = chance(0.5) ? `0${7 + Math.floor(random.fraction() * 2)}:00` : `1${n % 10}:00`;
    const booking = { date, doctorId: 'd', patientId: `p${n}`, at };
    const got = await ask({ user: `u${n}`, action: 'queue.book', payload: booking, twice });
    const { appointmentId } = (got?.payload ?? {}) as { appointmentId?: string };
    if (!appointmentId || chance(0.2)) return;
    await time.wait(random.fraction() * 60);
    await ask({
      user: `c${n}`,
      action: 'queue.cancel',
      payload: { date, appointmentId },
      twice: chance(0.2),
    });
  };
  if (chance(0.5)) {
    // Others were in each other's way before.
    const topic = isAlerts ? { kind: 'msp' } : { kind: 'queue', id: date };
    const state = isAlerts ? {} : { booked: 0, doctors: [] };
    const times = { updatedAt: startMs, hotUntil: startMs + 30_000 };
    await near.write({ put: { ...keys.head('t', topic), epoch: 'e', seq: 0, state, ...times } });
  }
  const all = Promise.all(Array.from({ length: count }, (_, n) => begin(n)));
  await time.runUntil(startMs + endMs);
  await all;
  return { asked, answered, rows: near.dump(), unserved, deaths: environments.deaths(), faults: p };
}

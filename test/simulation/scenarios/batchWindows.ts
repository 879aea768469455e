import { seededRandom } from '../../../adapters/memory/clock.ts';
import { memoryTable } from '../../../adapters/memory/table.ts';
import { handleAction } from '../../../core/api/router.ts';
import { type DeliveryWork, deliverWork } from '../../../core/delivery/deliverWork.ts';
import { keys } from '../../../core/keys.ts';
import type { Row, Write } from '../../../core/ports.ts';
import { openConnection } from '../../../testing/openConnection.ts';
import { contendedTable } from '../../support/contendedTable.ts';
import { memoryRuntime, principal } from '../../support/memoryRuntime.ts';
import { scheduler } from '../world/scheduler.ts';
import { mortalEnvironments } from './mortalEnvironments.ts';

const startMs = Date.UTC(2026, 0, 1);
const batchMs = 80;
/** Two at a time, for what one who died has left. */
export const lastPublishers = 10;

/** Where an event stands. */
export interface Place {
  readonly topic: string;
  readonly seq: number;
}

/** Something that came to a reader. */
export interface Came {
  readonly at: number;
  /** Its events, in their order. */
  readonly events: readonly Place[];
}

/** What a run leaves to judge. */
export interface ExploredWindows {
  readonly rows: readonly Row[];
  /** By reader: who understands batches, who does not, and who came in between. */
  readonly came: Readonly<Record<'batching' | 'single' | 'late', readonly Came[]>>;
  /** When the late one had followed it, by nobody's clock. */
  readonly lateFrom: number;
  /** Up to when a function died that had closed a window, and perhaps not sent what was in it. */
  readonly lostUntil: number;
  /** What was acknowledged, and when it was asked for. */
  readonly acknowledged: readonly (Place & { readonly askedAt: number })[];
  readonly deaths: number;
  readonly faults: number;
}

/**
 * Some publishers at almost the same time, on one topic or on several that are followed as one, each in an environment of its own: with DynamoDB's conflicts,
 * and in most runs with clocks that differ, functions that die at any of their calls, and calls without an answer.
 * Every three seconds two come by that do not die.
 */
export async function exploreWindows(
  seed: number,
  followed: 'orders:acme' | 'orders:*',
): Promise<ExploredWindows> {
  const random = seededRandom(seed);
  const chance = (p: number) => random.fraction() < p;
  const time = scheduler(startMs);
  const near = memoryTable({ clock: time });
  const limits = { framesPerSecond: 100_000, frameBurst: 100_000 };
  const memory = {
    ...memoryRuntime({ limits, batchMs, collectionBatchMs: batchMs }),
    table: near,
    clock: time,
  };
  const latencies = { read: 4, write: 5, transaction: 12 };
  const shared = contendedTable(near, { clock: time, random }, latencies);
  const p = [0, 0.01, 0.03, 0.06][seed % 4] ?? 0;
  const parts = { memory, time, random, table: shared };
  const skewMs = p > 0 && chance(0.3) ? 2000 : 20;
  const environments = mortalEnvironments({ ...parts, p, skewMs });
  const sound = mortalEnvironments({ ...parts, p: 0, skewMs: 0 });

  const came = { batching: [] as Came[], single: [] as Came[], late: [] as Came[] };
  const follow = async (name: keyof typeof came, batch: boolean) => {
    const who = principal({ clock: time }, { userId: name });
    const connection = await openConnection(memory, name, who, { batch });
    memory.sockets.open(name, (text) => void came[name].push({ at: time.now(), events: eventsOf(text) }));
    await connection.ask('s', { action: 'subscribe', topic: followed });
  };
  await follow('batching', true);
  await follow('single', false);
  // None is young any more.
  await time.runUntil(startMs + 60_000);

  const acknowledged: (Place & { askedAt: number })[] = [];
  let lostUntil = 0;
  const publish = async (n: number, of: typeof environments) => {
    const { runtime, diedAt } = of.begin();
    const topic = followed === 'orders:*' ? `orders:${'abcd'[Math.floor(random.fraction() * 4)]}` : followed;
    // Most have published before.
    if (chance(0.7)) runtime.lastSent.set(keys.batchWindow('t', { kind: 'orders', id: '*' }).pk, time.now());
    const askedAt = time.now();
    let hasClosed = false;
    const write = async (one: Write) => {
      hasClosed ||= 'update' in one && one.set?.open === false;
      return runtime.table.write(one);
    };
    const who = principal({ clock: time }, { userId: `u${n}`, roles: ['service'] });
    const frame = { action: 'channel.publish', ref: 'r', topic, payload: { data: n } };
    const answer = handleAction({ ...runtime, table: { ...runtime.table, write } }, who, `q${n}`, frame);
    const given = await Promise.race([answer, time.wait(9_000)]);
    if (hasClosed && !given) lostUntil = Math.max(lostUntil, (diedAt() ?? time.now()) + skewMs);
    if (given?.type === 'ack') {
      acknowledged.push({ topic, seq: Number((given.payload as { seq?: number }).seq), askedAt });
    }
  };
  const count = 14 + Math.floor(random.fraction() * 12);
  const all = Array.from({ length: count }, async (_, n) => {
    await time.wait(random.fraction() * 250);
    await publish(n, environments);
  });
  let lateFrom = 0;
  const join = time.wait(random.fraction() * 250).then(async () => {
    await follow('late', chance(0.7));
    lateFrom = time.now();
  });
  const last = Array.from({ length: lastPublishers }, async (_, n) => {
    await time.wait(3_000 * (1 + Math.floor(n / 2)) + 30 * (n % 2));
    await publish(count + n, sound);
  });
  await time.runUntil(startMs + 100_000);
  await Promise.all([...all, join, ...last]);
  for (const work of memory.queue.waiting()) void deliverWork(memory, work as unknown as DeliveryWork);
  await time.runUntil(startMs + 110_000);
  const deaths = environments.deaths();
  return { rows: near.dump(), came, lateFrom, lostUntil, acknowledged, deaths, faults: p };
}

interface Frame extends Place {
  readonly type: string;
  readonly payload: { readonly frames?: readonly Frame[] };
}

function eventsOf(text: string): Place[] {
  const frame = JSON.parse(text) as Frame;
  return (frame.payload.frames ?? [frame])
    .filter(({ type }) => type === 'channel.message')
    .map(({ topic, seq }) => ({ topic, seq }));
}

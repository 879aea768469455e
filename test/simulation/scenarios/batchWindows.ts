import { seededRandom } from '../../../adapters/memory/clock.ts';
import { memoryTable } from '../../../adapters/memory/table.ts';
import { handleAction } from '../../../core/api/router.ts';
import { readFollowers } from '../../../core/delivery/audience.ts';
import { type DeliveryWork, deliverWork } from '../../../core/delivery/deliverWork.ts';
import { keys } from '../../../core/keys.ts';
import type { Row } from '../../../core/ports.ts';
import { openConnection } from '../../../testing/openConnection.ts';
import { contendedTable } from '../../support/contendedTable.ts';
import { memoryRuntime, principal } from '../../support/memoryRuntime.ts';
import { journal } from '../journal.ts';
import { type Line, readLines } from '../oracle/evidence.ts';
import { scheduler } from '../world/scheduler.ts';
import { watchedWindows } from '../world/watchedWindows.ts';
import { mortalEnvironments } from './mortalEnvironments.ts';

const startMs = Date.UTC(2026, 0, 1);
const batchMs = 80;
/** How long a write takes: so much later at most it is in the journal. */
export const writeMs = 5;
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
  readonly followed: 'orders:acme' | 'orders:*';
  readonly rows: readonly Row[];
  /** By reader: who understands batches, who does not, and who came in between. */
  readonly came: Readonly<Record<'batching' | 'single' | 'late', readonly Came[]>> & {
    /** Who follows the topic, and in between comes to all of its kind, or leaves them; and who follows all throughout. */
    readonly changing?: readonly Came[];
    readonly staff?: readonly Came[];
  };
  /** When the late one had followed it, by nobody's clock. */
  readonly lateFrom: number;
  /** Who held which window, and what became of it. */
  readonly lines: readonly Line[];
  readonly skewMs: number;
  /** What was acknowledged, when it was asked for, and when it was answered. */
  readonly acknowledged: readonly (Place & { readonly askedAt: number; readonly answeredAt: number })[];
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
  followed: ExploredWindows['followed'],
  change?: 'comes to all' | 'leaves all',
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
  const latencies = { read: 4, write: writeMs, transaction: 12 };
  const shared = contendedTable(near, { clock: time, random }, latencies);
  const p = [0, 0.01, 0.03, 0.06][seed % 4] ?? 0;
  const parts = { memory, time, random, table: shared };
  const skewMs = p > 0 && chance(0.3) ? 2000 : 20;
  const environments = mortalEnvironments({ ...parts, p, skewMs });
  const sound = mortalEnvironments({ ...parts, p: 0, skewMs: 0 });

  const came = {
    ...{ batching: [] as Came[], single: [] as Came[], late: [] as Came[] },
    ...(change && { changing: [] as Came[], staff: [] as Came[] }),
  };
  const follow = async (name: keyof typeof came, batch: boolean, what: string = followed) => {
    const who = principal({ clock: time }, { userId: name });
    const connection = await openConnection(memory, name, who, { batch });
    memory.sockets.open(name, (text) => void came[name]?.push({ at: time.now(), events: eventsOf(text) }));
    await connection.ask('s', { action: 'subscribe', topic: what });
    return connection;
  };
  await follow('batching', true);
  await follow('single', false);
  const changing = change && (await follow('changing', true));
  if (change) await follow('staff', true, 'orders:*');
  const toAll = { topic: 'orders:*' };
  if (change === 'leaves all') await changing?.ask('all', { action: 'subscribe', ...toAll });
  // None is young any more.
  await time.runUntil(startMs + 60_000);
  const ofAll = await readFollowers({ table: near, clock: time }, 't', { kind: 'orders', id: '*' });
  const followers = ofAll.subscribers.map(({ connectionId }) => connectionId);

  const acknowledged: ExploredWindows['acknowledged'][number][] = [];
  const notes = journal(time.now);
  const publish = async (n: number, of: typeof environments) => {
    const run = `${n}`;
    const { runtime } = of.begin((table) => watchedWindows(table, notes, run));
    const topic = followed === 'orders:*' ? `orders:${'abcd'[Math.floor(random.fraction() * 4)]}` : followed;
    // Most have published before.
    if (chance(0.7) && followers.length > 0) {
      runtime.lastSent.set(keys.subscribers('t', { kind: 'orders', id: '*' }), { at: time.now(), followers });
    }
    const askedAt = time.now();
    const who = principal({ clock: time }, { userId: `u${n}`, roles: ['service'] });
    const frame = { action: 'channel.publish', ref: 'r', topic, payload: { data: n } };
    const given = await Promise.race([handleAction(runtime, who, `q${n}`, frame), time.wait(9_000)]);
    notes.note('run', { run, outcome: given ? 'answered' : 'crash' });
    if (given?.type === 'ack') {
      const { seq } = given.payload as { seq?: number };
      acknowledged.push({ topic, seq: Number(seq), askedAt, answeredAt: time.now() });
    }
  };
  const count = 14 + Math.floor(random.fraction() * 12);
  const all = Array.from({ length: count }, async (_, n) => {
    await time.wait(random.fraction() * 250);
    await publish(n, environments);
  });
  // What is over is deleted at any time, as far as DynamoDB says.
  const sweep = async () => {
    const over = near.dump().filter(({ ttl }) => Number(ttl) * 1000 < time.now() && chance(0.3));
    for (const { pk, sk, ttl } of over) {
      await near.write({ delete: { pk, sk }, if: { is: 'equal', attribute: 'ttl', value: Number(ttl) } });
    }
  };
  const swept = Array.from({ length: 40 }, (_, n) => time.wait(20 * n).then(sweep));
  let lateFrom = 0;
  const join = time.wait(random.fraction() * 250).then(async () => {
    await follow('late', chance(0.7));
    lateFrom = time.now();
  });
  const changed = time.wait(random.fraction() * 250).then(async () => {
    const action = change === 'leaves all' ? 'unsubscribe' : 'subscribe';
    await changing?.ask('change', { action, ...toAll });
  });
  const last = Array.from({ length: lastPublishers }, async (_, n) => {
    await time.wait(3_000 * (1 + Math.floor(n / 2)) + 30 * (n % 2));
    await publish(count + n, sound);
  });
  await time.runUntil(startMs + 100_000);
  await Promise.all([...all, ...swept, join, changed, ...last]);
  for (const work of memory.queue.waiting()) void deliverWork(memory, work as unknown as DeliveryWork);
  await time.runUntil(startMs + 110_000);
  const deaths = environments.deaths();
  return {
    followed,
    rows: near.dump(),
    came,
    lateFrom,
    lines: readLines(notes.lines()),
    skewMs,
    acknowledged,
    deaths,
    faults: p,
  };
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

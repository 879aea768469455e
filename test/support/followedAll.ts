import { handleAction } from '../../core/api/router.ts';
import { headCache } from '../../core/log/headCache.ts';
import type { Clock, Table } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { type MemoryRuntime, principal } from './memoryRuntime.ts';
import { meteredTable } from './meteredTable.ts';

export interface FollowedAll {
  readonly clients: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** How many of the staff follow all clients. */
  readonly staff: number;
}

/** What came of it. */
export interface FollowedAllResult {
  readonly events: number;
  /** By who of the staff, what came: when, in milliseconds from the beginning, and the names of the events. */
  readonly frames: readonly (readonly { readonly at: number; readonly events: readonly string[] }[])[];
  /** Of all frames. */
  readonly bytes: number;
  readonly writeUnits: number;
  readonly readUnits: number;
}

/**
 * Interactions with many clients, at random times, each in whichever environment is free, as in Lambda; and staff who
 * follow all of them, and understand batches.
 *
 * @param far the table as the environments reach it.
 */
export async function runFollowedAll(
  memory: Omit<MemoryRuntime, 'clock'> & { readonly clock: Clock },
  far: Table,
  { clients, perSecond, seconds, staff }: FollowedAll,
): Promise<FollowedAllResult> {
  const { clock, random, sockets } = memory;
  const frames = Array.from({ length: staff }, () => [] as { at: number; events: string[] }[]);
  for (const [n, got] of frames.entries()) {
    const who = principal(memory, { userId: `staff-${n}` });
    await openConnection(memory, `c${n}`, who, { batch: true, feeds: ['client:*'] });
    sockets.open(`c${n}`, (text) => {
      bytes += Buffer.byteLength(text);
      got.push({ at: clock.now() - from, events: eventsIn(text) });
    });
  }
  let bytes = 0;
  const { table, meter } = meteredTable(far, memory.table);
  const idle: Runtime[] = [];
  const ask = async (n: number) => {
    const runtime = idle.pop() ?? { ...memory, table, headCache: headCache(), lastSent: new Map() };
    const who = principal(memory, { userId: `user-${n}` });
    const payload = { clientId: `client-${Math.floor(random.fraction() * clients)}`, kind: 'call' };
    const frame = { action: 'interaction.record', ref: `ref-${n}`, payload };
    await handleAction(runtime, who, `request-${n}`, frame);
    idle.push(runtime);
  };
  const from = clock.now();
  const events = perSecond * seconds;
  const asked: Promise<void>[] = [];
  for (let n = 0; n < events; n++) {
    asked.push(ask(n));
    await clock.wait((-Math.log(1 - random.fraction()) * 1000) / perSecond);
  }
  await Promise.all(asked);
  return { events, frames, bytes, writeUnits: meter.writeUnits, readUnits: meter.readUnits };
}

interface Event {
  readonly topic?: string;
  readonly seq?: number;
}

function eventsIn(text: string): string[] {
  const { payload, ...event } = JSON.parse(text) as Event & {
    readonly payload: { readonly frames?: readonly Event[] };
  };
  return (payload.frames ?? [event]).flatMap(({ topic, seq }) =>
    seq === undefined ? [] : `${topic} ${seq}`,
  );
}

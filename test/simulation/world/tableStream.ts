import type { FaultPlan } from '../../../adapters/faulty/plan.ts';
import type { MemoryTable } from '../../../adapters/memory/table.ts';
import { inTime } from '../../../core/deadline.ts';
import { emit, type StreamedEvent } from '../../../core/delivery/emit.ts';
import type { Random, Row } from '../../../core/ports.ts';
import { maxWorkMs } from '../../../core/timeouts.ts';
import type { Journal } from '../journal.ts';
import { type Functions, isPlanned, nameOf, timeoutsMs } from './functions.ts';
import type { Scheduler } from './scheduler.ts';

interface StreamParts {
  readonly functions: () => Functions;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly journal: Journal;
  readonly plan: FaultPlan;
}

/** Rows of one partition key are in one of them, in the order in which they were written. */
interface Shard {
  readonly pending: StreamedEvent[];
  /** How many are handed over at once: fewer after a batch that failed as a whole. */
  size: number;
  failures: number;
  busy: boolean;
}

const shardCount = 3;
/** Fewer than in `lib/background/outgoing.ts`, so that there are several batches. */
const batchSize = 10;
/** How late a row may be noticed, and how late where the stream lags behind. */
const noticedMs = { usually: 1000, late: 3 * 60_000 };
const retryMs = (failures: number) => Math.min(1000 * 2 ** failures, 60_000);

/**
 * DynamoDB's stream and Lambda's reading of it, as far as they can hurt: rows that were put and are marked, handed to
 * `emit` in batches of a shard's order. Nothing goes past a batch that failed: it comes again, from the row on that the
 * function named, or in halves where it named none.
 */
export function tableStream(parts: StreamParts) {
  const { scheduler, random } = parts;
  const shards = Array.from({ length: shardCount }, (): Shard => {
    return { pending: [], size: batchSize, failures: 0, busy: false };
  });
  let written = 0;

  const add = (row: Row) => {
    const shard = shards[[...row.pk].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % shardCount];
    if (row.emit === undefined || !shard) return;
    const sequenceNumber = String(written++);
    shard.pending.push({ sequenceNumber, pk: row.pk, frame: String(row.frame) });
    lookIn(shard, random.fraction() * noticedMs.usually);
  };
  const lookIn = (shard: Shard, ms: number) => {
    if (shard.busy) return;
    shard.busy = true;
    scheduler.after(ms, () => void serve(shard));
  };
  const serve = async (shard: Shard) => {
    const fault = parts.plan.next('stream');
    if (fault === 'late') await scheduler.wait(random.fraction() * noticedMs.late);
    const batch = shard.pending.slice(0, shard.size);
    const done = fault === 'error' ? undefined : await handOver(parts, batch);
    if (done === undefined) shard.size = Math.ceil(batch.length / 2);
    // What came twice was done the first time, and nobody knows.
    if (fault !== 'double') shard.pending.splice(0, done ?? 0);
    const isWhole = done === batch.length;
    if (isWhole) shard.size = batchSize;
    shard.failures = isWhole ? 0 : shard.failures + 1;
    shard.busy = false;
    if (shard.pending.length > 0) lookIn(shard, isWhole ? 0 : retryMs(shard.failures));
  };

  return {
    /** The same table, whose rows are in the stream as soon as they are written. */
    watched(table: MemoryTable): MemoryTable {
      const known = new Set<string>();
      return {
        ...table,
        async write(write) {
          const outcome = await table.write(write);
          if (outcome.ok && 'put' in write) add(write.put);
          return outcome;
        },
        async transact(writes, token) {
          const result = await table.transact(writes, token);
          if (result.outcome !== 'committed' || known.has(token)) return result;
          known.add(token);
          for (const write of writes) if ('put' in write) add(write.put);
          return result;
        },
      };
    },
  };
}

/** @returns how many of the batch are done with; nothing where it failed as a whole. */
async function handOver(
  { functions, journal }: StreamParts,
  batch: readonly StreamedEvent[],
): Promise<number | undefined> {
  const ended = await functions().invoke('emit', (runtime) =>
    inTime(runtime, maxWorkMs(timeoutsMs.emit), () => emit(runtime, batch)),
  );
  if ('value' in ended) {
    const failed = batch.findIndex(({ sequenceNumber }) => sequenceNumber === ended.value);
    if (failed >= 0) journal.note('came again', { from: failed, of: batch.length });
    return failed < 0 ? batch.length : failed;
  }
  journal.note('came again', { of: batch.length });
  if ('error' in ended && !isPlanned(ended.error)) {
    journal.note('report', { what: 'emit, from the stream', error: nameOf(ended.error), expected: false });
  }
  return undefined;
}

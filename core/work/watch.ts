import { withDeadline } from '../deadline.ts';
import { keys } from '../keys.ts';
import type { Key, Queue, Row, Write } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import type { CheckOutcome } from './check.ts';
import { type DueRows, forEachDueRow } from './dueRows.ts';
import type { Workers } from './workers.ts';

/** The rules for work of one kind, whose rows are `W`. */
export interface WorkRules<W extends WorkRow = WorkRow> {
  /** Also the name of its queue in `Runtime.work`. */
  readonly name: string;
  /**
   * What reports and figures call one, as `a job`. Its function adds to `FailedWork` by this name: 1 for each try that
   * failed, and 0 for each work that was done. Absent: nobody is woken where all of it fails.
   */
  readonly called?: string;
  /** The work's row, with `status` and `leaseExpiresAt`. */
  readonly key: (tenant: string, id: string) => Key;
  readonly fromRow: (row: Row) => W;
  /** How long a lease of it holds unless it is renewed. */
  readonly leaseMs: number;
  /** How many a user may have running at a time. */
  readonly max: (settings: Settings) => number;
  /** The error text for a user who has so many and asks for more. */
  readonly enough: (max: number) => string;
  /** Work that has not ended within this time never will. */
  readonly keptMs: number;
  readonly firstLookMs: number;
  /**
   * The largest pause between looks. The pause doubles, so that work in a long queue is checked less and less
   * often.
   */
  readonly maxPauseMs: number;
  /** The function and the queue that are deployed for it. */
  readonly workers: Workers;
}

/**
 * A message of a work queue. It only names the work, since it may come late, twice or never. The row has the
 * rest.
 */
export interface WorkMessage {
  readonly tenant: string;
  readonly id: string;
  /** The request that asked for it, for the logs. Who looks after work does not know it. */
  readonly requestId?: string;
}

/** The row of a planned look at one work. */
interface WatchRow extends WorkMessage {
  readonly work: string;
  /** How many looks there were. */
  readonly round: number;
  readonly at: number;
  readonly ttl: number;
}
const watchCodec = codec<WatchRow>();

/** The attributes that every work's row has. */
export interface WorkRow {
  /** `queued`, `running`, or how it ended. */
  readonly status: string;
  /** The user who asked for it. */
  readonly userId: string;
  readonly leaseExpiresAt?: number;
}
const workCodec = codec<WorkRow>();

/** Whether work is waiting or running. */
export function isUnderWay(row: Row | undefined): boolean {
  const status = row && workCodec.fromRow(row).status;
  return status === 'queued' || status === 'running';
}

/** Longer than any work is kept, so that a look is found even if it comes days late. */
const keptSeconds = 8 * 24 * 3600;

/** The write that plans a look at the work, in the transaction that accepts it. */
export function watchWrite(rules: WorkRules, { tenant, id }: WorkMessage, now: number, round = 0): Write {
  const { name: work, firstLookMs, maxPauseMs } = rules;
  const at = now + Math.min(firstLookMs * 2 ** round, maxPauseMs);
  const key = keys.watch(at, work, tenant, id);
  const ttl = Math.ceil(at / 1000) + keptSeconds;
  return { put: watchCodec.toRow(key, { work, tenant, id, round, at, ttl }) };
}

const watches: DueRows = {
  partitions: keys.watchPartitions(),
  former: { progress: keys.former.resumed(), partition: keys.former.watchPartition },
  about(row) {
    const { work, id } = watchCodec.fromRow(row);
    return { requestId: id, what: `looking after a ${work}` };
  },
};

/**
 * Puts stalled work into its queue again: its message was lost, or its function died.
 *
 * @returns how many messages were sent.
 */
export const resumeWork = (runtime: Runtime): Promise<number> =>
  forEachDueRow(runtime, watches, (row) => checkWork(runtime, row));

/**
 * The next look is written before the message is sent, and this one is deleted last, so that a crash in
 * between only causes an extra look.
 */
async function checkWork(parts: Runtime, found: Row): Promise<CheckOutcome> {
  const { app, table, clock, work } = withDeadline(parts);
  const watch = watchCodec.fromRow(found);
  const now = clock.now();
  // Of 0.1.0, which had them by the minute.
  if (watch.at > now) return 'left';
  const message = { tenant: watch.tenant, id: watch.id };
  // Without the feature, nothing does the work that it accepted.
  const rules = app.work.get(watch.work);
  const row = rules && (await table.get(rules.key(message.tenant, message.id)));
  const stillToDo = isUnderWay(row);
  const standsStill = stillToDo && row && !((workCodec.fromRow(row).leaseExpiresAt ?? 0) > now);
  if (rules && stillToDo) await table.write(watchWrite(rules, message, now, watch.round + 1));
  if (rules && standsStill) await queueOf({ work }, rules).send([message]);
  await table.write({ delete: { pk: watch.pk, sk: watch.sk } });
  return standsStill ? 'done' : 'settled';
}

/** The queue for work of a kind. @throws Error where the function was not given it. */
export function queueOf({ work }: Pick<Runtime, 'work'>, { name }: WorkRules): Queue {
  const found = work[name];
  if (!found) throw new Error(`this function was given no queue of the work ${name}`);
  return found;
}

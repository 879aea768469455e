import { keys } from '../keys.ts';
import type { Key, Queue, Row, Write } from '../ports.ts';
import { fromRow, toRow } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { beginDueMinutes, type DueRows, forEachDueMinute, type Looked, minuteMs } from './dueMinutes.ts';
import type { Workers } from './workers.ts';

/** How work of a kind is looked after. */
export interface WorkRules {
  /** Also that of its queue in `Runtime.work`. */
  readonly name: string;
  /** The work's row, which has its `status` and `leaseExpiresAt`. */
  readonly key: (tenant: string, id: string) => Key;
  /** How many a user may have under way. */
  readonly max: (settings: Settings) => number;
  /** What somebody is told who has so many under way and asks for more. */
  readonly enough: (max: number) => string;
  /** Work that did not end within this time never will. */
  readonly keptMs: number;
  readonly firstLookMs: number;
  /** What waits behind much else is looked after less and less often: a pause doubles up to this. */
  readonly maxPauseMs: number;
  /** What is deployed to do it. */
  readonly workers: Workers;
}

/** A message of a work queue. All that counts stands in the row: a message may come late, twice or never. */
export interface WorkMessage {
  readonly tenant: string;
  readonly id: string;
}

/** Where somebody is to look, and at which work. */
interface WatchRow extends WorkMessage {
  readonly work: string;
  /** How often it was looked at. */
  readonly round: number;
  readonly at: number;
  readonly ttl: number;
}

/** What the row of any work has. */
export interface WorkRow {
  /** `queued`, `running`, or how it ended. */
  readonly status: string;
  /** Whoever asked for it. */
  readonly userId: string;
  readonly leaseExpiresAt?: number;
}

/** Whether work is still to be done, or somebody is at it. */
export function isUnderWay(row: Row | undefined): boolean {
  const status = row && fromRow<WorkRow>(row).status;
  return status === 'queued' || status === 'running';
}

/** Longer than any work is kept, so that a look that comes days late still finds it. */
const keptSeconds = 8 * 24 * 3600;

/** The write that has somebody look whether the work got done: part of the transaction that takes it on. */
export function watchWrite(rules: WorkRules, { tenant, id }: WorkMessage, now: number, round = 0): Write {
  const { name: work, firstLookMs, maxPauseMs } = rules;
  const at = now + Math.min(firstLookMs * 2 ** round, maxPauseMs);
  const key = keys.watch(Math.floor(at / minuteMs), work, tenant, id);
  const ttl = Math.ceil(at / 1000) + keptSeconds;
  return { put: toRow<WatchRow>(key, { work, tenant, id, round, at, ttl }) };
}

const watches: DueRows = {
  progress: keys.resumed(),
  partition: keys.watchPartition,
  about(row) {
    const { work, id } = fromRow<WatchRow>(row);
    return { requestId: id, what: `looking after a ${work}` };
  },
};

/** Makes sure that whoever looks after work begins no later than here. Goes before the first `watchWrite`. */
export const beginWatching = (runtime: Runtime): Promise<void> => beginDueMinutes(runtime, watches);

/**
 * Gives work that stands still to its queue again: its message was lost, or whoever was at it died.
 *
 * @returns how many messages were sent.
 */
export const resumeWork = (runtime: Runtime): Promise<number> =>
  forEachDueMinute(runtime, watches, (row) => lookAfter(runtime, row));

/** The next look is written before the message is sent, and this one deleted last: a crash in between only looks twice. */
async function lookAfter({ app, table, clock, work }: Runtime, found: Row): Promise<Looked> {
  const watch = fromRow<WatchRow>(found);
  const now = clock.now();
  if (watch.at > now) return 'left';
  const message = { tenant: watch.tenant, id: watch.id };
  // Of a feature that was left out, nobody does what it took on.
  const rules = app.work.get(watch.work);
  const row = rules && (await table.get(rules.key(message.tenant, message.id)));
  const stillToDo = isUnderWay(row);
  const standsStill = stillToDo && row && !((fromRow<WorkRow>(row).leaseExpiresAt ?? 0) > now);
  if (rules && stillToDo) await table.write(watchWrite(rules, message, now, watch.round + 1));
  if (rules && standsStill) await queueOf({ work }, rules).send([message]);
  await table.write({ delete: { pk: watch.pk, sk: watch.sk } });
  return standsStill ? 'done' : 'settled';
}

/** The queue that work of a kind is put into. @throws Error where the function was not given it. */
export function queueOf({ work }: Pick<Runtime, 'work'>, { name }: WorkRules): Queue {
  const found = work[name];
  if (!found) throw new Error(`this function was given no queue of the work ${name}`);
  return found;
}

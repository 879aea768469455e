import { keys } from '../keys.ts';
import type { Key, Queue, Row, Write } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { Settings } from '../settings.ts';
import { beginDueMinutes, type DueRows, forEachDueMinute, minuteMs } from './dueMinutes.ts';
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
  readonly longestPauseMs: number;
  /** What is deployed to do it. */
  readonly workers: Workers;
}

/** A message of a work queue. All that counts stands in the row: a message may come late, twice or never. */
export interface WorkMessage {
  readonly tenant: string;
  readonly id: string;
}

/** Longer than any work is kept, so that a look that comes days late still finds it. */
const keptSeconds = 8 * 24 * 3600;

/** The write that has somebody look whether the work got done: part of the transaction that takes it on. */
export function watchWrite(rules: WorkRules, { tenant, id }: WorkMessage, now: number, round = 0): Write {
  const { name: work, firstLookMs, longestPauseMs } = rules;
  const at = now + Math.min(firstLookMs * 2 ** round, longestPauseMs);
  const key = keys.watch(Math.floor(at / minuteMs), work, tenant, id);
  return { put: { ...key, work, tenant, id, round, at, ttl: Math.ceil(at / 1000) + keptSeconds } };
}

const watches: DueRows = { progress: keys.resumed(), partition: keys.watchPartition };

/** Makes sure that whoever looks after work begins no later than here. Goes before the first `watchWrite`. */
export const beginWatching = (runtime: Runtime): Promise<void> => beginDueMinutes(runtime, watches);

/**
 * Gives work that stands still to its queue again: its message was lost, or whoever was at it died.
 *
 * @returns how many messages were sent.
 */
export async function resumeWork(runtime: Runtime): Promise<number> {
  let sent = 0;
  await forEachDueMinute(runtime, watches, async (row) => {
    const outcome = await lookAtOne(runtime, row);
    if (outcome === 'sent') sent++;
    return outcome !== 'left';
  });
  return sent;
}

/** One that cannot be looked at now is left to the next run, and keeps no other from its look. */
async function lookAtOne(runtime: Runtime, watch: Row): Promise<'sent' | 'left' | 'settled'> {
  if ((watch.at as number) > runtime.clock.now()) return 'left';
  try {
    return await tryToLook(runtime, watch);
  } catch (error) {
    const what = `looking after a ${watch.work as string}`;
    runtime.reporter.report(error, { requestId: watch.id as string, what });
    return 'left';
  }
}

/** The next look is written before the message is sent, and this one deleted last: a crash in between only looks twice. */
async function tryToLook({ app, table, clock, work }: Runtime, watch: Row): Promise<'sent' | 'settled'> {
  const now = clock.now();
  const message = { tenant: watch.tenant as string, id: watch.id as string };
  // Of a feature that was left out, nobody does what it took on.
  const rules = app.work.get(watch.work as string);
  const row = rules && (await table.get(rules.key(message.tenant, message.id)));
  const stillToDo = row?.status === 'queued' || row?.status === 'running';
  const standsStill = stillToDo && !(((row.leaseExpiresAt as number | undefined) ?? 0) > now);
  if (rules && stillToDo) await table.write(watchWrite(rules, message, now, (watch.round as number) + 1));
  if (rules && standsStill) await queueOf({ work }, rules).send([message]);
  await table.write({ delete: { pk: watch.pk, sk: watch.sk } });
  return standsStill ? 'sent' : 'settled';
}

/** The queue that work of a kind is put into. @throws Error where the function was not given it. */
export function queueOf({ work }: Pick<Runtime, 'work'>, { name }: WorkRules): Queue {
  const found = work[name];
  if (!found) throw new Error(`this function was given no queue of the work ${name}`);
  return found;
}

import { keys } from '../keys.ts';
import type { Row, Write } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { beginDueMinutes, type DueRows, forEachDueMinute, minuteMs } from './dueMinutes.ts';

/** Work that a queue was given, by what it is: `tenant` and `id` name its row. */
export type WorkKind = 'job' | 'stream';

/** A message of a work queue. All that counts stands in the row: a message may come late, twice or never. */
export interface WorkMessage {
  readonly tenant: string;
  readonly id: string;
}

const firstLookMs = { job: 2 * minuteMs, stream: minuteMs };
/** A job that waits behind many others is looked after less and less often; a stream has a reader waiting. */
const longestPauseMs = { job: 60 * minuteMs, stream: minuteMs };
/** Longer than any work is kept, so that a look that comes days late still finds it. */
const keptSeconds = 8 * 24 * 3600;

/** The write that has somebody look whether the work got done: part of the transaction that takes it on. */
export function watchWrite(work: WorkKind, { tenant, id }: WorkMessage, now: number, round = 0): Write {
  const at = now + Math.min(firstLookMs[work] * 2 ** round, longestPauseMs[work]);
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
    const what = `looking after a ${watch.work as WorkKind}`;
    runtime.reporter.report(error, { requestId: watch.id as string, what });
    return 'left';
  }
}

/** The next look is written before the message is sent, and this one deleted last: a crash in between only looks twice. */
async function tryToLook({ table, clock, work }: Runtime, watch: Row): Promise<'sent' | 'settled'> {
  const now = clock.now();
  const kind = watch.work as WorkKind;
  const message = { tenant: watch.tenant as string, id: watch.id as string };
  const row = await table.get(
    kind === 'job' ? keys.job(message.tenant, message.id) : keys.stream(message.tenant, message.id),
  );
  const stillToDo = row?.status === 'queued' || row?.status === 'running';
  const standsStill = stillToDo && !(((row.leaseExpiresAt as number | undefined) ?? 0) > now);
  if (stillToDo) await table.write(watchWrite(kind, message, now, (watch.round as number) + 1));
  if (standsStill) await (kind === 'job' ? work.jobs : work.streams).send([message]);
  await table.write({ delete: { pk: watch.pk, sk: watch.sk } });
  return standsStill ? 'sent' : 'settled';
}

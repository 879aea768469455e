import { minuteMs } from './expiry.ts';
import { keys } from './keys.ts';
import type { Row, Write } from './ports.ts';
import type { Runtime } from './runtime.ts';

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
const keptSeconds = 24 * 3600;
/** Where the very first run begins: before the deployment there was no work. */
const farthestBackMinutes = 60;
/** Clocks differ, so a minute counts as finished only when nobody can still take it for his own. */
const marginMinutes = 2;

/** The write that has somebody look whether the work got done: part of the transaction that takes it on. */
export function watchWrite(work: WorkKind, { tenant, id }: WorkMessage, now: number, round = 0): Write {
  const at = now + Math.min(firstLookMs[work] * 2 ** round, longestPauseMs[work]);
  const key = keys.watch(Math.floor(at / minuteMs), work, tenant, id);
  return { put: { ...key, work, tenant, id, round, at, ttl: Math.ceil(at / 1000) + keptSeconds } };
}

/**
 * Gives work that stands still to its queue again: its message was lost, or whoever was at it died. Each run
 * reads every minute that is not finished, so the next one makes up for a run that was lost.
 *
 * @returns how many messages were sent.
 */
export async function resumeWork(runtime: Runtime): Promise<number> {
  const { table, clock } = runtime;
  const thisMinute = Math.floor(clock.now() / minuteMs);
  const progress = await table.get(keys.resumed());
  let minute = (progress?.unfinished as number | undefined) ?? thisMinute - farthestBackMinutes;
  let sent = 0;
  let finished = true;
  for (; minute <= thisMinute; minute++) {
    const looked = await lookAtMinute(runtime, minute);
    sent += looked.sent;
    finished &&= looked.left === 0 && minute <= thisMinute - marginMinutes;
    if (finished) await table.write({ put: { ...keys.resumed(), unfinished: minute + 1 } });
  }
  return sent;
}

async function lookAtMinute(runtime: Runtime, minute: number): Promise<{ sent: number; left: number }> {
  const looked = { sent: 0, left: 0 };
  for (let after: string | undefined; ; ) {
    const pk = keys.watchPartition(minute);
    const page = await runtime.table.query({ pk, limit: 100, ...(after !== undefined && { after }) });
    for (const outcome of await Promise.all(page.rows.map((row) => lookAtOne(runtime, row)))) {
      if (outcome !== 'settled') looked[outcome]++;
    }
    if (page.next === undefined) return looked;
    after = page.next;
  }
}

/** The next look is written before the message is sent, and this one deleted last: a crash in between only looks twice. */
async function lookAtOne(runtime: Runtime, watch: Row): Promise<'sent' | 'left' | 'settled'> {
  const { table, clock, work, reporter } = runtime;
  const now = clock.now();
  if ((watch.at as number) > now) return 'left';
  const kind = watch.work as WorkKind;
  const message = { tenant: watch.tenant as string, id: watch.id as string };
  const row = await table.get(
    kind === 'job' ? keys.job(message.tenant, message.id) : keys.stream(message.tenant, message.id),
  );
  const stillToDo = row?.status === 'queued' || row?.status === 'running';
  const standsStill = stillToDo && !(((row.leaseExpiresAt as number | undefined) ?? 0) > now);
  try {
    if (stillToDo) await table.write(watchWrite(kind, message, now, (watch.round as number) + 1));
    if (standsStill) await (kind === 'job' ? work.jobs : work.streams).send([message]);
  } catch (error) {
    reporter.report(error, { requestId: message.id, what: `sending a ${kind} again` });
    return 'left';
  }
  await table.write({ delete: { pk: watch.pk, sk: watch.sk } });
  return standsStill ? 'sent' : 'settled';
}

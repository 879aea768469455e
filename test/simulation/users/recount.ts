import type { Row } from '../../../core/ports.ts';
import { minuteMs, type World } from '../world/world.ts';
import type { Device } from './device.ts';
import { presenceTopics } from './intents.ts';
import type { Known } from './knowledge.ts';
import { tenants } from './people.ts';

interface Asker {
  readonly own: Device;
  readonly known: Known;
}

const patienceMs = 15_000;

/**
 * Asks the product for all that it counts: by way of the product itself, and at a time when nobody comes or goes
 * and nothing changes.
 *
 * @returns the table at that time.
 */
export async function recount(here: World, askers: readonly Asker[]): Promise<readonly Row[]> {
  const { table, time, notes } = here;
  for (;;) {
    const rows = table.dump();
    notes.note('recount');
    let left = askers.length + tenants.length;
    const done = () => void left--;
    for (const asker of askers) askAll(asker).then(done, done);
    for (const tenant of tenants) askForStats(here, tenant).then(done, done);
    const untilMs = time.now() + patienceMs;
    while (left > 0 && time.now() < untilMs) await time.runUntil(time.now() + 200);
    if (remaining(rows) === remaining(table.dump())) return rows;
  }
}

/** What the answers are made of. */
const remaining = (rows: readonly Row[]) =>
  JSON.stringify(
    rows.filter(({ pk }) => pk.startsWith('SUBS#') || pk.startsWith('JOB#') || /^HEAD#.*#user$/.test(pk)),
  );

async function askForStats({ gateway, notes, issue }: World, tenant: string): Promise<void> {
  const auditor = { tenant, user: 'auditor', roles: ['admin'], clients: [] };
  const answer = await gateway.request(issue(auditor, 60 * minuteMs).token, 'stats', {});
  notes.note('stats', { tenant, answer });
}

/** Each device by itself, one request after the other. */
async function askAll({ own, known }: Asker): Promise<void> {
  if (!own.isReady()) return;
  const list = { action: 'notification.list', payload: { unread: true, limit: 100 } };
  const reply = await own.ask(list);
  for (let cursor = reply?.payload.cursor; cursor !== undefined; ) {
    const page = await own.ask({ ...list, payload: { ...list.payload, cursor } });
    cursor = page?.payload.cursor;
  }
  await own.ask({ action: 'subscribe', topic: 'user:me' });
  for (const topic of presenceTopics(own.entered)) await own.ask({ action: 'presence.get', topic });
  for (const topic of [...own.entered('queue'), ...own.entered('conversation')]) {
    await own.ask({ action: 'subscribe', topic });
  }
  for (const jobId of known.jobs.slice(-5)) await own.ask({ action: 'job.get', payload: { jobId } });
}

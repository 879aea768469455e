import { type EventFrame, isDate, ProtocolError } from '@tidings/protocol';
import * as z from 'zod/mini';
import { retentionMsOf } from '../../core/topics.ts';
import { type JobWork, jobKind } from '../jobs/jobKind.ts';
import { clientTopics } from './clientTopics.ts';
import { clientEvents, readClients } from './readClients.ts';
import { type Figures, noFigures, type Period, type ReportedClient, writeReport } from './writeReport.ts';

const dayMs = 24 * 3_600_000;

const date = z.optional(
  z.string().check(z.refine((text) => isDate(text), 'must be a date that exists (YYYY-MM-DD)')),
);
const toDate = (at: number) => new Date(at).toISOString().slice(0, 10);

/** How much happened with each client of a tenant between two dates, from the logs of the client topics. */
export const engagementReport = jobKind({
  name: 'engagement.report',
  roles: ['msp'],
  input: z.object({ from: date, to: date }),
  async run(work, input) {
    const period = periodOf(work, input);
    const { coveredFrom, coveredTo } = period;
    const stored = await readClients(work.runtime, work.tenant);
    const days = new Map<string, Figures>();
    const clients: ReportedClient[] = [];
    for (const [index, client] of stored.entries()) {
      const { clientId, head } = client;
      const figures = noFigures();
      for await (const event of clientEvents(work.runtime, work.tenant, client, coveredFrom, coveredTo)) {
        // A client's log also has alerts, which are not engagement.
        if (event.type !== 'engagement' && event.type !== 'interaction') continue;
        const day = toDate(event.ts);
        const ofDay = days.get(day) ?? noFigures();
        days.set(day, ofDay);
        for (const each of [figures, ofDay]) count(each, event);
      }
      const { status, score } = head.state.engagement;
      clients.push({ clientId, figures, status, score });
      if ((index + 1) % Math.ceil(stored.length / 10) === 0) await work.progress((index + 1) / stored.length);
    }
    return writeReport(period, clients, days);
  },
});

/** Whole days in UTC, limited to those still stored. */
function periodOf(
  { runtime }: JobWork,
  input: { from?: string | undefined; to?: string | undefined },
): Period {
  const { clock } = runtime;
  const now = clock.now();
  const oldest = now - retentionMsOf(runtime, clientTopics.of('-'));
  const from = input.from ?? toDate(oldest);
  const to = input.to ?? toDate(now);
  if (from > to)
    throw new ProtocolError('validation_failed', `the period ends (${to}) before it begins (${from})`);
  const begin = Date.parse(from);
  const end = Date.parse(to) + dayMs;
  return {
    from,
    to,
    coveredFrom: Math.max(begin, oldest),
    coveredTo: Math.min(end, now),
    // Without a `from`, the report covers all that is stored, so it is complete.
    complete: input.from === undefined || begin >= oldest,
  };
}

function count(figures: Figures, { type, payload }: EventFrame): void {
  if (type === 'engagement') {
    figures.updates++;
    return;
  }
  const { kind, by } = payload as { kind: string; by: number };
  figures.interactions += by;
  figures.byKind.set(kind, (figures.byKind.get(kind) ?? 0) + by);
}

import {
  type Case,
  canonical,
  type Fields,
  type Findings,
  type Logged,
  readTopics,
  topicsOf,
  type Violation,
} from './evidence.ts';

/** A client of the tenant as far as a report may have read it: up to each place from `least` on. */
interface StoredClient {
  readonly clientId: string;
  readonly rows: readonly Logged[];
  /** How many of the events were there for certain when the report began. */
  readonly min: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

/** As far as it counts. */
interface Report extends Fields {
  readonly totals: Fields;
  readonly clients: readonly Fields[];
}

/** What of the log one line of a report comes from. */
interface Reading {
  readonly entry: Fields;
  readonly counted: readonly Logged[];
}

const dayMs = 24 * 3_600_000;
/** A function that commits may run for so long after it has read its clock. */
const commitMs = 29_000;
/** A job may run for two minutes before its result is committed, which may take its time. */
const jobMs = 150_000;

/**
 * A report is a count of the log (I16): of each client the events of the period up to some place, behind all that
 * was committed before it began; and its sums, its days and its CSV are of the same events.
 */
export function judgeReports(of: Case): Findings {
  const topics = readTopics(of.atEnd);
  const inputs = readInputs(of);
  const violations: Violation[] = [];
  let judged = 0;
  for (const { topic, tenant } of topicsOf(topics, 'user')) {
    for (const { event, at } of [...topic.epochs.values()].flat()) {
      const { kind, status, jobId, output } = event.payload;
      if (event.type !== 'job.result' || kind !== 'engagement.report' || status !== 'done') continue;
      judged++;
      const report = output as Report;
      const { from, to } = report.covers as Record<string, string>;
      const span = { from: Date.parse(String(from)), to: Date.parse(String(to)) };
      const clients = [...topicsOf(topics, 'client')].filter((one) => one.tenant === tenant);
      const stored = clients.map(({ id, topic: { epochs } }): StoredClient => {
        const rows = [...epochs.values()].flat();
        const isOld = (row: Logged) => row.at < span.to - of.skewMs - commitMs;
        return { clientId: id, rows, min: rows.findLastIndex(isOld) + 1 };
      });
      const wrong =
        wrongPeriod(inputs.get(`${tenant} ${jobId}`) ?? {}, report, span, at) ??
        wrongCount(report, span, stored);
      if (wrong)
        violations.push({ invariant: 'I16', what: `the report ${jobId} of ${tenant}: ${wrong}`, at });
    }
  }
  return { violations, exercised: { 'reports judged': judged } };
}

/** What was asked of a job, by its tenant and id; of one whose ack nobody heard too. */
function readInputs({ asks, atRest, owners }: Case): ReadonlyMap<string, Fields> {
  const asked = new Map(
    asks.map(({ device, ref, payload }) => {
      const who = owners.get(device);
      return [['REF', who?.tenant ?? '', who?.user ?? '', ref].map(encodeURIComponent).join('#'), payload];
    }),
  );
  return new Map(
    atRest.flatMap(({ pk, answer }) => {
      const jobId = (answer as Fields | undefined)?.jobId;
      const tenant = decodeURIComponent(pk.split('#')[1] ?? '');
      return pk.startsWith('REF#') && jobId ? [[`${tenant} ${jobId}`, asked.get(pk)?.input as Fields]] : [];
    }),
  );
}

const toDate = (at: number) => new Date(at).toISOString().slice(0, 10);

/** Whole days, cut to what is still stored and to what has been. */
function wrongPeriod(input: Fields, { period, covers }: Fields, { from, to }: Span, at: number) {
  const { complete } = covers as Fields;
  const asked = { from: input.from ?? toDate(from), to: input.to ?? toDate(to) };
  if (canonical(period) !== canonical(asked))
    return `is of ${canonical(period)}, and not ${canonical(asked)}`;
  const [begin, end] = [Date.parse(String(asked.from)), Date.parse(String(asked.to)) + dayMs];
  const isNow = (time: number) => time <= at && time > at - jobMs;
  if (from !== begin && !(from > begin && isNow(from + dayMs))) return `begins at ${from}, cut for no reason`;
  if (to !== end && !(to < end && isNow(to))) return `ends at ${to}, cut for no reason`;
  const isComplete = input.from === undefined || from === begin;
  return complete === isComplete ? undefined : `calls itself complete: ${complete}`;
}

function wrongCount(report: Report, span: Span, stored: readonly StoredClient[]): string | undefined {
  const { totals, clients, days, csv, shortened } = report;
  if (shortened) return 'leaves out clients that it has room for';
  const readings: Reading[] = [];
  for (const one of stored) {
    const entry = clients.find(({ clientId }) => clientId === one.clientId);
    const reading = readingOf(one, span, entry);
    if (!reading) return `says ${canonical(entry)} of ${one.clientId}, which its log never was`;
    if (entry) readings.push(reading);
  }
  if (readings.length < clients.length) return 'counts a client that is not there';
  const { clients: counts, ...sums } = totals;
  const { active, quiet } = counts as Record<string, number>;
  const known = Number(active) + Number(quiet);
  const isKnown = known <= stored.length && known >= stored.filter(({ min }) => min > 0).length;
  if (active !== clients.length || !isKnown) return `knows ${known} clients of ${stored.length}`;
  const all = readings.flatMap(({ counted }) => counted);
  if (canonical(sums) !== canonical(figuresOf(all))) return `adds up to ${canonical(sums)}`;
  const dated = datesOf(all);
  if (canonical(days) !== canonical(dated))
    return `has the days ${canonical(days)}, and not ${canonical(dated)}`;
  if (!isSorted(clients)) return 'has its clients in no order';
  return String(csv) === asCsv(sums, clients, dated) ? undefined : `says otherwise in its CSV: ${csv}`;
}

/** @returns up to where the log was read, if what is said of the client is true of any place; without an entry, nothing happened. */
function readingOf({ clientId, rows, min }: StoredClient, span: Span, entry: Fields | undefined) {
  const said = canonical(entry);
  for (let read = min; read <= rows.length; read++) {
    const counted = rows.slice(0, read).filter(({ at, event }) => isCounted(event.type) && isIn(span, at));
    if (!entry && counted.length === 0) return { entry: {}, counted };
    // How it stands was read before the log was.
    for (let known = min; entry && known <= read; known++) {
      const figures = figuresOf(counted);
      if (said === canonical({ clientId, ...standsAt(rows.slice(0, known)), ...figures }))
        return { entry, counted };
    }
  }
  return undefined;
}

const isIn = ({ from, to }: Span, at: number) => at >= from && at <= to;
const isCounted = (type: string) => type === 'engagement' || type === 'interaction';

function standsAt(rows: readonly Logged[]): Fields {
  const { status = null, score = null } =
    rows.findLast(({ event }) => event.type === 'engagement')?.event.payload ?? {};
  return { status, score };
}

function figuresOf(rows: readonly Logged[]) {
  // Any name may be a kind’s.
  const byKind: Record<string, number> = Object.create(null);
  let [interactions, updates] = [0, 0];
  for (const { event } of rows) {
    if (event.type === 'engagement') updates++;
    else {
      const { kind, by } = event.payload as { kind: string; by: number };
      interactions += by;
      byKind[kind] = (byKind[kind] ?? 0) + by;
    }
  }
  return { interactions, updates, byKind };
}

function datesOf(rows: readonly Logged[]): Fields[] {
  const dates = [...new Set(rows.map(({ at }) => toDate(at)))].sort();
  return dates.map((date) => {
    const { interactions, updates } = figuresOf(rows.filter(({ at }) => toDate(at) === date));
    return { date, interactions, updates };
  });
}

/** The busiest first. */
const isSorted = (clients: readonly Fields[]) =>
  clients.every((one, index) => {
    const before = clients[index - 1];
    return !before || Number(before.interactions) >= Number(one.interactions);
  });

function asCsv(total: Fields, clients: readonly Fields[], days: readonly Fields[]): string {
  const line = (scope: string, name: unknown, { interactions, updates }: Fields) =>
    [scope, name, interactions, updates].join();
  return [
    'scope,name,interactions,updates',
    line('total', '', total),
    ...clients.map((one) => line('client', one.clientId, one)),
    ...days.map((one) => line('day', one.date, one)),
  ].join('\n');
}

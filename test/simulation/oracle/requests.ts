import { type Line, once, type Row, type Who } from './evidence.ts';

/** The keys of the events that a request led to, in their order: it is remembered with the last, and how many there are. */
export function eventKeysOf({ log, events = 1 }: Row): readonly string[] {
  if (!log) return [];
  const { pk, sk } = log as { pk: string; sk: string };
  return Array.from({ length: Number(events) }, (_, nth) => {
    const seq = Number(sk) - Number(events) + 1 + nth;
    return `${pk} ${String(seq).padStart(sk.length, '0')}`;
  });
}

/** What an event comes of. */
interface Origin extends Who {
  readonly ref: string;
  /** How many events came of it. */
  readonly events: number;
}

/** Whose request an event comes of, by the log's key: what the table remembers of requests says so. */
export const requestsByLog = once(
  (rows: readonly Row[]): ReadonlyMap<string, Origin> =>
    new Map(
      rows.flatMap((row) => {
        const [kind, tenant = '', user = '', ref = ''] = row.pk.split('#').map(decodeURIComponent);
        if (kind !== 'REF') return [];
        const keys = eventKeysOf(row);
        return keys.map((key) => [key, { tenant, user, ref, events: keys.length }] as const);
      }),
    ),
);

/** The refs of those whose fan-out failed, as a function reported: by the request's id, or by the ref of queued work. */
export function failedFanOuts(lines: readonly Line[]): ReadonlySet<string> {
  const reports = lines.filter(({ k, what }) => k === 'report' && what === 'a fan-out');
  const failed = new Set(reports.map(({ requestId }) => String(requestId)));
  const runs = lines.filter(({ k, requestId }) => k === 'run' && failed.has(String(requestId)));
  return new Set([...failed, ...runs.map(({ ref }) => String(ref))]);
}

/** The invocations that died, failed, or reported that they could not send. */
export function failedRuns(lines: readonly Line[]): ReadonlySet<unknown> {
  const isFailed = ({ k, outcome, what }: Line) =>
    (k === 'run' && outcome !== 'answered') || (k === 'report' && what === 'a fan-out');
  return new Set(lines.filter(isFailed).map(({ run }) => run));
}

/** The ids of the events whose work unit was given up. */
export const givenUpEvents = (lines: readonly Line[]): ReadonlySet<unknown> =>
  new Set(lines.flatMap(({ k, events = [] }) => (k === 'dead letter' ? (events as readonly unknown[]) : [])));

import { once, type Row, type Who } from './evidence.ts';

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

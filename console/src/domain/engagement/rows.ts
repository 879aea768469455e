import type { ClientSnapshot } from '@tidings/client';

/** A client as the board shows it. */
export interface ClientRow {
  readonly clientId: string;
  readonly engagement: ClientSnapshot['engagement'];
  readonly totals: ClientSnapshot['totals'];
  /** When something last happened: milliseconds since 1970. */
  readonly lastAt: number | undefined;
}

export const columns = ['client', 'status', 'score', 'interactions', 'last'] as const;
export type SortColumn = (typeof columns)[number];

export interface View {
  readonly sort: SortColumn;
  readonly isDescending: boolean;
  /** Of a client's name, its status or its note. */
  readonly text: string;
  /** Of this status alone. */
  readonly status: string;
}

export const firstView: View = { sort: 'client', isDescending: false, text: '', status: '' };

export const totalOf = ({ totals }: Pick<ClientRow, 'totals'>): number =>
  Object.values(totals).reduce((sum, count) => sum + count, 0);

const sortValue: Readonly<Record<SortColumn, (row: ClientRow) => number | string | null | undefined>> = {
  client: ({ clientId }) => clientId.toLowerCase(),
  status: ({ engagement }) => engagement.status?.toLowerCase(),
  score: ({ engagement }) => engagement.score,
  interactions: totalOf,
  last: ({ lastAt }) => lastAt,
};

/** The rows that are to be seen, in their order. What has no value stands last, whichever way it is sorted. */
export function seenRows(
  rows: readonly ClientRow[],
  { sort, isDescending, text, status }: View,
): ClientRow[] {
  const wanted = text.trim().toLowerCase();
  const found = rows.filter(
    ({ clientId, engagement }) =>
      (status === '' || engagement.status === status) &&
      (wanted === '' ||
        [clientId, engagement.status, engagement.note].some((one) => one?.toLowerCase().includes(wanted))),
  );
  const of = sortValue[sort];
  const way = isDescending ? -1 : 1;
  return found.toSorted((one, other) => {
    const [a, b] = [of(one), of(other)];
    const isOut = Number(a === null || a === undefined) - Number(b === null || b === undefined);
    if (isOut !== 0) return isOut;
    return way * compare(a, b) || compare(one.clientId, other.clientId);
  });
}

function compare(a: unknown, b: unknown): number {
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

export const statusesOf = (rows: readonly ClientRow[]): string[] =>
  [...new Set(rows.flatMap(({ engagement }) => engagement.status ?? []))].toSorted();

/** The other way where it is the column already. Numbers and times are first looked at from the highest. */
export const sortedBy = (view: View, sort: SortColumn): View => ({
  ...view,
  sort,
  isDescending: view.sort === sort ? !view.isDescending : sort !== 'client' && sort !== 'status',
});

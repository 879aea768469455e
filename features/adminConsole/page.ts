import { answerBudget } from '../../core/log/answerBudget.ts';
import { fillPage } from '../../core/log/fillPage.ts';
import type { Range, Row, Table } from '../../core/ports.ts';

export const defaultLimit = 50;

/** Which page of a list is asked for. */
interface Asked {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

interface ListPage<T> {
  readonly entries: readonly T[];
  readonly next: { readonly cursor?: string };
}

/**
 * One page of a list, out of one query of the range: so it costs the same however few of the rows are in the list. A
 * cursor is a sort key: whatever it says, it leads to no other partition.
 */
export async function listPage<T extends object>(
  table: Table,
  range: Range,
  { cursor, limit = defaultLimit }: Asked,
  toEntry: (row: Row) => T | undefined,
): Promise<ListPage<T>> {
  const from = cursor === undefined ? {} : { after: cursor };
  const { rows, next } = await table.query({ limit, ...range, ...from });
  const { entries, last, isCut } = await fillPage(rows, answerBudget(), toEntry, { maxEntries: limit });
  const after = isCut ? last?.sk : next;
  return { entries, next: after === undefined ? {} : { cursor: after } };
}

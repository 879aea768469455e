import type { Row } from '../ports.ts';
import type { AnswerBudget } from './answerBudget.ts';

/** The size of a value in an answer. */
export const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));

/**
 * Adds an entry to a list if the answer has room for it, and takes its bytes off the budget. The first entry is
 * always added, as an empty page would lead nowhere.
 *
 * @param bytes the entry's size, if known.
 */
export function addEntry<T extends object>(
  entries: T[],
  entry: T,
  budget: AnswerBudget,
  bytes = bytesOf(entry) + 1,
): boolean {
  if (entries.length > 0 && bytes > budget.answerBytes) return false;
  entries.push(entry);
  budget.take(bytes);
  return true;
}

/** A page of a list. */
interface Filled<T> {
  readonly entries: readonly T[];
  /** The last row that was read, whether it is in the list or not. The next page begins after it. */
  readonly last?: Row;
  /** Whether there may be more. */
  readonly isCut: boolean;
}

/**
 * Fills a page with the entries of rows, as far as they fit.
 *
 * @param toEntry returns `undefined` for a row that is not in the list.
 */
export async function fillPage<T extends object>(
  rows: AsyncIterable<Row> | Iterable<Row>,
  budget: AnswerBudget,
  toEntry: (row: Row) => T | undefined,
  { maxEntries = Number.POSITIVE_INFINITY } = {},
): Promise<Filled<T>> {
  const entries: T[] = [];
  let last: Row | undefined;
  const page = ({ isCut }: { isCut: boolean }) => ({ entries, isCut, ...(last && { last }) });
  for await (const row of rows) {
    const entry = toEntry(row);
    if (entry && (entries.length === maxEntries || !addEntry(entries, entry, budget)))
      return page({ isCut: true });
    last = row;
  }
  return page({ isCut: budget.readBytes <= 0 });
}

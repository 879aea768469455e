import type { Row } from '../ports.ts';
import type { AnswerRoom } from './answerRoom.ts';

/** What a value weighs in an answer. */
export const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value));

/**
 * Puts an entry into a list, if the answer has room for it, and takes it off that. The first is put in even so: a page
 * without any would bring nobody on.
 *
 * @param bytes what it weighs, where that is known.
 */
export function addEntry<T extends object>(
  entries: T[],
  entry: T,
  room: Pick<AnswerRoom, 'answerBytes'>,
  bytes = bytesOf(entry) + 1,
): boolean {
  if (entries.length > 0 && bytes > room.answerBytes) return false;
  entries.push(entry);
  room.answerBytes -= bytes;
  return true;
}

/** A page of a list. */
export interface Filled<T> {
  readonly entries: readonly T[];
  /** The last row that was gone past, whether it is in the list or not: where the next page begins. */
  readonly last?: Row;
  /** Whether there may be more. */
  readonly isCut: boolean;
}

/**
 * Fills a page with what is made of rows, as far as it fits.
 *
 * @param toEntry nothing for a row that is not in the list.
 */
export async function fillPage<T extends object>(
  rows: AsyncIterable<Row>,
  room: AnswerRoom,
  toEntry: (row: Row) => T | undefined,
  { maxEntries = Number.POSITIVE_INFINITY } = {},
): Promise<Filled<T>> {
  const entries: T[] = [];
  let last: Row | undefined;
  const page = (isCut: boolean) => ({ entries, isCut, ...(last && { last }) });
  for await (const row of rows) {
    const entry = toEntry(row);
    if (entry && (entries.length === maxEntries || !addEntry(entries, entry, room))) return page(true);
    last = row;
  }
  return page(room.readBytes <= 0);
}

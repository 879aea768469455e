import type { Key, Row } from './ports.ts';

/**
 * Rows and entities. The table returns a row as it was written, so a row has the attributes of its entity,
 * whose type is declared beside the code that uses it. Only these two functions convert between row and
 * entity.
 */

/** The row of an entity. */
export function toRow<T extends object>({ pk, sk }: Key, attributes: T): Row {
  return { pk, sk, ...attributes } as unknown as Row;
}

/** The entity that was written, and its key. */
export function fromRow<T extends object>(row: Row): Key & T {
  return row as unknown as Key & T;
}

import type { Key, Row } from './ports.ts';

/*
 * Rows and entities. The table gives back what was put into it, so a row has the attributes that its entity wrote;
 * each entity says which these are, beside its own code. These two are the only places that take one for the other.
 */

/** The row of an entity. */
export function toRow<T extends object>({ pk, sk }: Key, attributes: T): Row {
  return { pk, sk, ...attributes } as unknown as Row;
}

/** What an entity wrote, and the key that it wrote it under. */
export function fromRow<T extends object>(row: Row): Key & T {
  return row as unknown as Key & T;
}

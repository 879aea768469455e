import type { Key, Row, Value } from './ports.ts';

/**
 * How an entity is written as a row and read back. Each entity has one, beside its type, and nothing else converts
 * between the two. The table returns a row as it was written, so neither way changes or checks anything.
 */
export interface Codec<T extends object> {
  /** The row of an entity. */
  toRow(key: Key, entity: T): Row;
  /** Some attributes of an entity, for an update that sets them. */
  toAttributes(some: Partial<T>): { readonly [attribute: string]: Value };
  /** The entity that was written, and its key. */
  fromRow(row: Row): Key & T;
}

/** The codec of an entity, whose type says what its row has. */
export const codec = <T extends object>(): Codec<T> => asWritten as Codec<object> as Codec<T>;

const asWritten = {
  toRow: ({ pk, sk }: Key, entity: object) => ({ pk, sk, ...entity }),
  toAttributes: (some: object) => ({ ...some }),
  fromRow: (row: Row) => row,
};

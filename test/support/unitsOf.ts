import { writeKey } from '../../adapters/writeKey.ts';
import type { Row, Table, Write } from '../../core/ports.ts';

/** What DynamoDB charges for, since the last reset. */
export interface Units {
  write: number;
  read: number;
  reset(): void;
}

const bytesOf = (row: Row | undefined) => (row ? Buffer.byteLength(JSON.stringify(row)) : 0);
/** A row counts whole kilobytes of its larger size, before or after, and at least one. */
const writeUnits = (before: Row | undefined, after: Row | undefined) =>
  Math.max(1, Math.ceil(Math.max(bytesOf(before), bytesOf(after)) / 1024));
/** A strongly consistent read counts whole 4 KB, and at least one. */
const readUnits = (bytes: number) => Math.max(1, Math.ceil(bytes / 4096));

/**
 * A table that counts units as DynamoDB does: in transactions twice as many, checks as writes, and a query by all of
 * its rows together, projected or not. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function countUnits(table: Table): { readonly table: Table; readonly units: Units } {
  const units: Units = {
    write: 0,
    read: 0,
    reset() {
      units.write = 0;
      units.read = 0;
    },
  };
  const rowsOf = (writes: readonly Write[]) => Promise.all(writes.map((write) => table.get(writeKey(write))));
  const counted = async <T>(writes: readonly Write[], times: number, run: () => Promise<T>): Promise<T> => {
    const before = await rowsOf(writes);
    const outcome = await run();
    const after = await rowsOf(writes);
    units.write += times * before.reduce((sum, row, at) => sum + writeUnits(row, after[at]), 0);
    return outcome;
  };
  return {
    units,
    table: {
      async get(key) {
        const row = await table.get(key);
        units.read += readUnits(bytesOf(row));
        return row;
      },
      async getTogether(keys) {
        const rows = await table.getTogether(keys);
        for (const row of rows) units.read += 2 * readUnits(bytesOf(row));
        return rows;
      },
      async query(range) {
        const { only: _projection, ...whole } = range;
        const { rows } = await table.query(whole);
        units.read += readUnits(rows.reduce((sum, row) => sum + bytesOf(row), 0));
        return table.query(range);
      },
      write: (write) => counted([write], 1, () => table.write(write)),
      transact: (writes, token) => counted(writes, 2, () => table.transact(writes, token)),
    },
  };
}

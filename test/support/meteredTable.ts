import { type Key, type Row, type Table, type Write, writeKey } from '../../core/ports.ts';

/** What was asked of a table since the meter was last reset. */
export interface Meter {
  /** Requests that read. */
  requests: number;
  /** Of the whole rows that they read, projected or not. */
  bytes: number;
  /** What DynamoDB charges for: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
  readUnits: number;
  writeUnits: number;
  reset(): void;
}

const nothing = { requests: 0, bytes: 0, readUnits: 0, writeUnits: 0 };
const sizeOf = (row: Row | undefined) => (row ? Buffer.byteLength(JSON.stringify(row)) : 0);
const total = (rows: readonly (Row | undefined)[]) => rows.reduce((sum, row) => sum + sizeOf(row), 0);
/** A strongly consistent read counts whole 4 KB, and at least one. */
const unitsToRead = (bytes: number) => Math.max(1, Math.ceil(bytes / 4096));
/** A row counts whole kilobytes of its larger size, before or after, and at least one. */
const unitsToWrite = (before: Row | undefined, after: Row | undefined) =>
  Math.max(1, Math.ceil(Math.max(sizeOf(before), sizeOf(after)) / 1024));

/**
 * A table that counts what it is asked for as DynamoDB does: in transactions twice as many units, checks as writes, and
 * what fails as what succeeds.
 *
 * @param rows where it looks at the rows that are written, if that takes time in the table itself
 */
export function meteredTable(
  table: Table,
  rows: Table = table,
): { readonly table: Table; readonly meter: Meter } {
  const meter: Meter = { ...nothing, reset: () => void Object.assign(meter, nothing) };
  const noteRead = (rows: readonly (Row | undefined)[], units: number) => {
    meter.requests++;
    meter.bytes += total(rows);
    meter.readUnits += units;
  };
  const rowsOf = (writes: readonly Write[]) => Promise.all(writes.map((write) => rows.get(writeKey(write))));
  const writing = async <T>(writes: readonly Write[], times: number, run: () => Promise<T>): Promise<T> => {
    const before = await rowsOf(writes);
    const outcome = await run();
    const after = await rowsOf(writes);
    meter.writeUnits += times * before.reduce((sum, row, at) => sum + unitsToWrite(row, after[at]), 0);
    return outcome;
  };
  return {
    meter,
    table: {
      ...table,
      async get(key: Key) {
        const row = await table.get(key);
        noteRead([row], unitsToRead(sizeOf(row)));
        return row;
      },
      async getTogether(keys) {
        const rows = await table.getTogether(keys);
        noteRead(
          rows,
          rows.reduce((sum, row) => sum + 2 * unitsToRead(sizeOf(row)), 0),
        );
        return rows;
      },
      async query(range) {
        const { only: _projection, ...whole } = range;
        const page = await rows.query(whole);
        // All rows together, projected or not.
        noteRead(page.rows, unitsToRead(total(page.rows)));
        return table.query(range);
      },
      write: (write) => writing([write], 1, () => table.write(write)),
      transact: (writes, token) => writing(writes, 2, () => table.transact(writes, token)),
    },
  };
}

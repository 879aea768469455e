import type { Key, Row, Table } from '../../core/ports.ts';

/** What was read since the meter was last reset: requests, and bytes of whole rows, projected or not. */
export interface Meter {
  requests: number;
  bytes: number;
  reset(): void;
}

const sizeOf = (row: Row | undefined) => (row ? Buffer.byteLength(JSON.stringify(row)) : 0);

/** A table that counts what it is asked to read, as DynamoDB charges for it. */
export function meteredTable(table: Table): { readonly table: Table; readonly meter: Meter } {
  const meter: Meter = {
    requests: 0,
    bytes: 0,
    reset() {
      meter.requests = 0;
      meter.bytes = 0;
    },
  };
  const note = (rows: readonly (Row | undefined)[]) => {
    meter.requests++;
    for (const row of rows) meter.bytes += sizeOf(row);
  };
  return {
    meter,
    table: {
      ...table,
      async get(key: Key) {
        const row = await table.get(key);
        note([row]);
        return row;
      },
      async getTogether(keys) {
        const rows = await table.getTogether(keys);
        note(rows);
        return rows;
      },
      async query(range) {
        const { only: _projection, ...whole } = range;
        note((await table.query(whole)).rows);
        return table.query(range);
      },
    },
  };
}

import type { Table } from '../../core/ports.ts';
import type { FaultBox } from '../faults.ts';

export interface CountedTable extends Table {
  /** Operations by kind since start, under the names that DynamoDB gives them. */
  operations(): Record<string, number>;
}

/** The memory table as the functions get it: counted and failed on request, as the database server does for an engine. */
export function countedTable(table: Table, faults: FaultBox): CountedTable {
  const counts = new Map<string, number>();
  const note = (operation: string) => counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return {
    get(key) {
      note('GetItem');
      return table.get(key);
    },
    getTogether(keys) {
      note('TransactGetItems');
      return table.getTogether(keys);
    },
    query(range) {
      note('Query');
      return table.query(range);
    },
    write(write) {
      note('put' in write ? 'PutItem' : 'delete' in write ? 'DeleteItem' : 'UpdateItem');
      return table.write(write);
    },
    async transact(writes, token) {
      note('TransactWriteItems');
      const fault = faults.next('commit');
      if (!fault) return table.transact(writes, token);
      if (fault.outcome !== 'unknown') return { outcome: 'conflict' };
      await table.transact(writes, token);
      return { outcome: 'unknown' };
    },
    operations: () => Object.fromEntries(counts),
  };
}

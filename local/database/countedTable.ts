import type { Table, Write } from '../../core/ports.ts';
import type { FaultBox } from '../faults.ts';
import { imageOf, type TableStream } from './tableStream.ts';

export interface CountedTable extends Table {
  /** Operations by kind since start, under the names that DynamoDB gives them. */
  operations(): Record<string, number>;
}

/**
 * The memory table as the functions get it: counted and failed on request, as the database server does for an engine.
 *
 * @param stream gets the rows that are put.
 */
export function countedTable(table: Table, faults: FaultBox, stream?: TableStream): CountedTable {
  const tell = (writes: readonly Write[], token?: string) =>
    stream?.add(
      writes.flatMap((write) => ('put' in write ? [imageOf(write.put)] : [])),
      token,
    );
  const transact = async (writes: readonly Write[], token: string) => {
    const result = await table.transact(writes, token);
    if (result.outcome === 'committed') tell(writes, token);
    return result;
  };
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
    async write(write) {
      note('put' in write ? 'PutItem' : 'delete' in write ? 'DeleteItem' : 'UpdateItem');
      const result = await table.write(write);
      if (result.ok) tell([write]);
      return result;
    },
    async transact(writes, token) {
      note('TransactWriteItems');
      const fault = faults.next('commit');
      if (!fault) return transact(writes, token);
      if (fault.outcome !== 'unknown') return { outcome: 'conflict' };
      await transact(writes, token);
      return { outcome: 'unknown' };
    },
    operations: () => Object.fromEntries(counts),
  };
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Key, type Table, type TransactOutcome, type Write, writeKey } from '../../core/ports.ts';
import type { FaultBox } from '../faults.ts';
import { imageOf, type TableStream } from './tableStream.ts';
import { type Part, requestsUnderWay } from './underWay.ts';

export interface CountedTable extends Table {
  /** Operations by kind since start, under the names that DynamoDB gives them. */
  operations(): Record<string, number>;
}

/**
 * The memory table as the functions get it: counted, failed on request and with conflicts, as the database server does
 * for an engine. A transaction lasts for a turn of the event loop, in which others may meet it. Who would try again
 * with DynamoDB's adapter, a single write or a read of several rows, waits here.
 *
 * @param stream gets the rows that are put.
 */
export function countedTable(table: Table, faults: FaultBox, stream?: TableStream): CountedTable {
  const tell = (writes: readonly Write[], token?: string) =>
    stream?.add(
      writes.flatMap((write) => ('put' in write ? [imageOf(write.put)] : [])),
      token,
    );
  const underWay = requestsUnderWay();
  const untilFree = async (part: Part, keys: readonly Key[]) => {
    while (underWay.met(part, keys.map(itemOf)).includes(true)) await nextTurn();
  };
  const transact = async (writes: readonly Write[], token: string): Promise<TransactOutcome> => {
    const items = writes.map((write) => itemOf(writeKey(write)));
    if (underWay.repeats(token)) return { outcome: 'unknown' };
    if (underWay.met('transaction', items).includes(true)) return { outcome: 'conflict' };
    const end = underWay.begin('transaction', items, token);
    try {
      await nextTurn();
      const result = await table.transact(writes, token);
      if (result.outcome === 'committed') tell(writes, token);
      return result;
    } finally {
      end();
    }
  };
  const counts = new Map<string, number>();
  const note = (operation: string) => counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return {
    get(key) {
      note('GetItem');
      return table.get(key);
    },
    async getTogether(keys) {
      note('TransactGetItems');
      await untilFree('read', keys);
      return table.getTogether(keys);
    },
    query(range) {
      note('Query');
      return table.query(range);
    },
    async write(write) {
      note('put' in write ? 'PutItem' : 'delete' in write ? 'DeleteItem' : 'UpdateItem');
      await untilFree('write', [writeKey(write)]);
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

const itemOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);

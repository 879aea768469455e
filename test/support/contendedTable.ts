import { type Clock, type Key, type Random, type Table, type Write, writeKey } from '../../core/ports.ts';
import { again, retry } from '../../core/retry.ts';
import { type Part, requestsUnderWay } from '../../local/database/underWay.ts';

/** How long each request of a table takes, in milliseconds: of a write and a transaction until it is done. */
export interface Latencies {
  readonly read: number;
  readonly write: number;
  readonly transaction: number;
}

/**
 * A table as far away as DynamoDB, with its conflicts: what comes to an item of a transaction under way is refused, and
 * is tried again as the adapter for DynamoDB does.
 */
export function contendedTable(
  table: Table,
  { clock, random }: { readonly clock: Clock; readonly random: Pick<Random, 'fraction'> },
  latencies: Latencies,
): Table {
  const underWay = requestsUnderWay();
  const persistently = <T>(part: Part, keys: readonly Key[], ms: number, run: () => Promise<T>) =>
    retry({ clock, random }, async () => {
      await clock.wait(ms / 2);
      const items = keys.map(itemOf);
      if (underWay.met(part, items).includes(true)) return clock.wait(ms / 2).then(() => again());
      const end = underWay.begin(part, items);
      const result = await run();
      end();
      await clock.wait(ms / 2);
      return result;
    });
  const later = async <T>(run: () => Promise<T>): Promise<T> => {
    await clock.wait(latencies.read / 2);
    const result = await run();
    await clock.wait(latencies.read / 2);
    return result;
  };
  return {
    get: (key) => later(() => table.get(key)),
    query: (range) => later(() => table.query(range)),
    getTogether: (keys) => persistently('read', keys, latencies.read, () => table.getTogether(keys)),
    write: (write) => persistently('write', [writeKey(write)], latencies.write, () => table.write(write)),
    async transact(writes: readonly Write[], token: string) {
      const items = writes.map((write) => itemOf(writeKey(write)));
      if (underWay.met('transaction', items).includes(true)) {
        await clock.wait(latencies.transaction);
        return { outcome: 'conflict' };
      }
      const end = underWay.begin('transaction', items, token);
      await clock.wait(latencies.transaction);
      const result = await table.transact(writes, token);
      end();
      return result;
    },
  };
}

const itemOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);

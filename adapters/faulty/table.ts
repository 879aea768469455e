import { type Table, writeKey } from '../../core/ports.ts';
import { type Faulty, failing } from './plan.ts';

/** A table that fails as DynamoDB can, when the plan says so. */
export function faultyTable(table: Table, faulty: Faulty): Table {
  const { plan } = faulty;
  return {
    get: (key) => failing(faulty, plan.next('read', key.pk), () => table.get(key)),
    getTogether: (keys) => failing(faulty, plan.next('read', keys[0]?.pk), () => table.getTogether(keys)),
    query: (range) => failing(faulty, plan.next('read', range.pk), () => table.query(range)),
    write(write) {
      const fault = plan.next('write', writeKey(write).pk);
      return failing(faulty, fault, async () => {
        const outcome = await table.write(write);
        if (fault !== 'double') return outcome;
        // Meanwhile others write what meets the condition, or no longer does.
        await faulty.slow?.();
        return table.write(write);
      });
    },
    async transact(writes, token) {
      const fault = plan.next('commit');
      // The port has one answer for both.
      if (fault === 'conflict' || fault === 'throttled') return { outcome: 'conflict' };
      if (fault === 'unknown-before') return { outcome: 'unknown' };
      const outcome = await failing(faulty, fault, () => table.transact(writes, token));
      return fault === 'unknown' ? { outcome: 'unknown' } : outcome;
    },
    ...(table.until && { until: (deadline) => faultyTable(table.until?.(deadline) ?? table, faulty) }),
  };
}

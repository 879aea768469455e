import { endConnection } from '../../core/connections/endConnection.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { meteredTable } from '../../test/support/meteredTable.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { bench } from '../measure.ts';

const sizes = { '100 connections': 100, '1,000 connections': 1_000, '10,000 connections': 10_000 } as const;

/** Counted over the memory table: a disconnect has to know its own rows, however many others there are. */
export const disconnect = bench({
  name: 'disconnect',
  measures: 'what the end of one connection writes and reads while others follow the same topics',
  figures: { 'write units': { unit: 'WCU', better: 'less' }, 'read units': { unit: 'RCU', better: 'less' } },
  variants: Object.keys(sizes) as (keyof typeof sizes)[],
  maxRuns: 1,
  async measure(variant) {
    const runtime = memoryRuntime();
    for (let n = 0; n < sizes[variant]; n++) {
      const who = { userId: `user-${n}`, roles: ['client'], clients: ['acme'] } as const;
      await openConnection(runtime, `connection-${n}`, principal(runtime, who));
    }
    const { table, meter } = meteredTable(runtime.table);
    await endConnection({ ...runtime, table }, 'connection-7', { socket: 'gone', force: true });
    return { 'write units': meter.writeUnits, 'read units': meter.readUnits };
  },
});

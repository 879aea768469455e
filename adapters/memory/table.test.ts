import { describe, expect, it } from 'vitest';
import { tableContract } from '../table.contract.ts';
import { manualClock } from './clock.ts';
import { memoryTable } from './table.ts';

describe('the memory table', () => {
  tableContract(async () => {
    const clock = manualClock(1_700_000_000_000);
    return { table: memoryTable({ clock }), clock };
  });

  it('a dump holds every row, and restored into another table it is all there', async () => {
    const clock = manualClock(0);
    const table = memoryTable({ clock });
    await table.write({ put: { pk: 'b', sk: '1' } });
    await table.write({ put: { pk: 'a', sk: '2', deep: [{ n: 1 }] } });
    await table.write({ put: { pk: 'a', sk: '1' } });
    const rows = table.dump();
    expect(rows.map(({ pk, sk }) => pk + sk)).toEqual(['a1', 'a2', 'b1']);

    const other = memoryTable({ clock });
    await other.write({ put: { pk: 'c', sk: 'overwritten' } });
    other.restore(rows);
    expect(other.dump()).toEqual(rows);
    expect(await other.get({ pk: 'a', sk: '2' })).toEqual({ pk: 'a', sk: '2', deep: [{ n: 1 }] });
  });
});

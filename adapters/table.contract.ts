import { beforeAll } from 'vitest';
import type { Range, Table } from '../core/ports.ts';
import type { ManualClock } from './memory/clock.ts';
import { systemRandom } from './system.ts';
import { conditionRules } from './tableConditions.contract.ts';
import { rangeRules } from './tableRanges.contract.ts';
import { rowRules } from './tableRows.contract.ts';
import { transactionRules } from './tableTransactions.contract.ts';

export interface TableUnderTest {
  readonly table: Table;
  /** Only where the test controls the table's own time. */
  readonly clock?: ManualClock;
  /** A fault of the engine: after an update that made a row it gives the bare key as what was there before. */
  readonly tellsKeyOfAbsentRow?: boolean;
}

/** What the rules work with. Its parts exist once the tests run. */
export interface TableBench extends TableUnderTest {
  /** A partition that no other rule uses, so that one table serves them all. */
  newPk(): string;
  newToken(): string;
  /** Puts rows that have nothing but their key. */
  fill(pk: string, sks: readonly string[]): Promise<void>;
  /** The sort keys of the first page. */
  sksOf(range: Range): Promise<string[]>;
}

/** Tests for every table. */
export function tableContract(start: () => Promise<TableUnderTest>): void {
  const run = systemRandom.id();
  let count = 0;
  const bench = {
    newPk: () => `contract#${run}#${++count}`,
    newToken: () => `${run}-${++count}`,
    async fill(pk: string, sks: readonly string[]) {
      for (const sk of sks) await bench.table.write({ put: { pk, sk } });
    },
    sksOf: async (range: Range) => (await bench.table.query(range)).rows.map(({ sk }) => sk),
  } as TableBench;

  beforeAll(async () => {
    Object.assign(bench, await start());
  }, 60_000);

  rowRules(bench);
  conditionRules(bench);
  rangeRules(bench);
  transactionRules(bench);
}

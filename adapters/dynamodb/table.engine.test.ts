import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table, WriteOutcome } from '../../core/ports.ts';
import {
  createTable,
  ENGINE_CREDENTIALS,
  ENGINE_REGION,
  startEngine,
} from '../../test/support/dynamoEngine.ts';
import { times } from '../../test/support/numbers.ts';
import { inRun, type Operation, operations, outcomeOf } from '../../test/support/tableOperations.ts';
import { seededRandom } from '../memory/clock.ts';
import { memoryTable } from '../memory/table.ts';
import { systemClock, systemRandom } from '../system.ts';
import { tableContract } from '../table.contract.ts';
import { dynamoClient } from './client.ts';
import { dynamoTable } from './table.ts';

/** `npm run prove -- --interleavings` makes 3,000. */
const runs = Number(process.env.PROVE_TABLE_RUNS ?? times(25, 100));

const engine = await startEngine();

async function engineTable(): Promise<Table> {
  const endpoint = engine?.endpoint ?? '';
  const tableName = `contract-${systemRandom.id()}`;
  await createTable(endpoint, tableName);
  const client = dynamoClient({ endpoint, region: ENGINE_REGION, credentials: ENGINE_CREDENTIALS });
  return dynamoTable({ client, tableName, clock: systemClock, random: seededRandom(1) });
}

afterAll(() => engine?.stop());

describe.skipIf(!engine)('the DynamoDB table, on an engine', () => {
  tableContract(async () => ({
    table: await engineTable(),
    tellsKeyOfAbsentRow: engine?.name === 'dynoxide',
  }));
});

/** Leaves aside what `tellsKeyOfAbsentRow` in the contract is about. */
function comparable(one: Operation, outcome: unknown): unknown {
  if (one.do !== 'write' || !('update' in one.write) || outcome === 'threw') return outcome;
  const { ok, before } = outcome as WriteOutcome;
  return before && Object.keys(before).length > 2 ? { ok, before } : { ok };
}

describe.skipIf(!engine)('the two tables', () => {
  let table: Table;
  beforeAll(async () => {
    table = await engineTable();
  });

  it('give the same answers to the same operations', async () => {
    const memory = memoryTable({ clock: systemClock });
    let made = 0;
    const property = fc.asyncProperty(operations, async (sequence) => {
      const run = `${Date.now().toString(36)}-${++made}`;
      for (const one of sequence.map((operation) => inRun(run, operation))) {
        const expected = comparable(one, await outcomeOf(memory, one));
        expect(comparable(one, await outcomeOf(table, one)), JSON.stringify(one)).toEqual(expected);
      }
    });
    await fc.assert(property, { numRuns: runs });
  });
});

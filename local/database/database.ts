import type { LocalClock } from '../clock.ts';
import type { FaultBox } from '../faults.ts';
import type { UnitCounter } from '../metrics/unitCounter.ts';
import type { Callers } from '../rights/callers.ts';
import type { TableDescription } from '../template/readStack.ts';
import { countedTable } from './countedTable.ts';
import { openDatabaseServer } from './databaseServer.ts';
import type { Engine } from './engine.ts';
import { memoryRows, openRows, type Rows } from './rows.ts';
import { type TableStream, tableStream } from './tableStream.ts';

export interface Database {
  /** What functions get as DynamoDB's endpoint; none in memory mode. */
  readonly endpoint?: string;
  /** The shared table of memory mode. */
  readonly table?: object;
  readonly rows: Rows;
  /** Where the template gives the table one. */
  readonly stream?: TableStream;
  operations(): Record<string, number>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly engine: Engine;
  readonly table: TableDescription;
  readonly faults: FaultBox;
  readonly clock: LocalClock;
  /** Whether a partition takes only what it takes on AWS. @default false */
  readonly strict?: boolean | undefined;
  /** Who may do what with the table. Memory has no requests that could be judged. */
  readonly callers: Callers;
  /** Counts the units that requests take. Memory has none. */
  readonly units?: UnitCounter;
}

/** The table behind its server, whatever engine holds it. */
export async function openDatabase({
  engine,
  table,
  faults,
  clock,
  strict,
  callers,
  units,
}: DatabaseOptions): Promise<Database> {
  const { streamArn, keys } = table;
  const keyNames = keys.map(({ AttributeName }) => AttributeName);
  const stream = streamArn === undefined ? undefined : tableStream(streamArn, keyNames, clock.now);
  const streamed = stream ? { stream } : {};
  if (engine.endpoint !== undefined) {
    const [rows, server] = await Promise.all([
      openRows(engine.endpoint, table),
      openDatabaseServer({
        engine: engine.endpoint,
        faults,
        table,
        throttledBy: strict ? clock.now : undefined,
        stream,
        callers,
        units,
      }),
    ]);
    return {
      endpoint: server.endpoint,
      rows,
      ...streamed,
      operations: server.operations,
      async close() {
        rows.close();
        await server.close();
      },
    };
  }
  const { memoryTable } = await import('../../adapters/memory/table.ts');
  const wait = (ms: number) => new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
  const memory = memoryTable({ clock: { now: clock.now, wait } });
  const counted = countedTable(memory, faults, stream);
  return {
    table: counted,
    ...streamed,
    rows: memoryRows(memory, table.ttlAttribute),
    operations: counted.operations,
    close: async () => {},
  };
}

const sweepEveryMs = 60_000;

/**
 * Deletes expired rows each minute, one sweep at a time. DynamoDB itself may take two days, so nothing may
 * depend on it.
 */
export function startSweeping(
  rows: Rows,
  clock: LocalClock,
  log: (text: string) => void,
): { stop(): Promise<void> } {
  let sweep: Promise<unknown> | undefined;
  // One sweep replaces many, since nothing depends on their time.
  const timer = clock.every(sweepEveryMs, tick, { until: async () => Number.POSITIVE_INFINITY });

  function tick() {
    sweep ??= rows
      .sweep(clock.now())
      .catch((error: unknown) => log(`Expired rows could not be swept: ${String(error)}`))
      .finally(() => {
        sweep = undefined;
      });
  }

  return {
    async stop() {
      timer.cancel();
      await sweep;
    },
  };
}

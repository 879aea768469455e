import { memoryTable } from '../../adapters/memory/table.ts';
import { systemClock, systemRandom } from '../../adapters/system.ts';
import { contendedTable } from '../../test/support/contendedTable.ts';
import { percentile, runHotTopic } from '../../test/support/hotTopic.ts';
import { memoryRuntime } from '../../test/support/memoryRuntime.ts';
import type { HotFigures } from './hot.ts';

const perSecond = Number.parseInt(process.argv[2] ?? '', 10);
const seconds = 10;

const [clock, random] = [systemClock, systemRandom];
const table = memoryTable({ clock });
const memory = {
  ...memoryRuntime({ limits: { framesPerSecond: 100_000, frameBurst: 100_000 } }),
  clock,
  random,
  table,
};
const far = contendedTable(table, { clock, random }, { read: 4, write: 5, transaction: 12 });
const requests = perSecond * seconds;
const { latencies, outcomes, writeUnits } = await runHotTopic(memory, far, {
  perSecond,
  requests,
  warm: true,
});
const seqs = outcomes.toSorted((a, b) => Number(a) - Number(b));
if (seqs.some((seq, at) => seq !== at + 1)) throw new Error('a commit was refused, lost or done twice');
const figures: HotFigures = {
  p50: percentile(latencies, 0.5),
  p95: percentile(latencies, 0.95),
  p99: percentile(latencies, 0.99),
  units: writeUnits / requests,
};
process.send?.(figures);

import { pool } from '../../test/load/pool.ts';
import { createTable, startEngine } from '../../test/support/dynamoEngine.ts';
import { ask, engineRuntime, open, tableName } from '../engineRuntime.ts';
import { answer } from '../inProcess.ts';
import { percentile } from '../results.ts';
import type { TopicsFigures, TopicsVariant } from './topics.ts';

const [variant] = process.argv.slice(2) as [TopicsVariant];
const topics = 200;
const commits = { warmUp: 400, counted: 2_000, atOnce: 16 };

const engine = await startEngine();
if (!engine) throw new Error('There is no DynamoDB engine for this machine.');
await createTable(engine.endpoint, tableName);
const { runtime } = engineRuntime({ database: engine.endpoint });
const sender = 'connection-1=';
await open(runtime, sender, { roles: ['msp'], clients: [] });

const ways: Record<TopicsVariant, (n: number) => Promise<unknown>> = {
  tidings: (n) =>
    ask(runtime, sender, {
      action: 'interaction.record',
      payload: { clientId: `client-${n % topics}`, kind: 'bench' },
    }),
  'one PutItem each': (n) =>
    runtime.table.write({ put: { pk: `EVENT#client-${n % topics}`, sk: String(n), body: 'x'.repeat(200) } }),
};

/** After how many milliseconds each was answered. */
const run = (from: number, count: number): Promise<number[]> =>
  pool(
    Array.from({ length: count }, (_, n) => from + n),
    commits.atOnce,
    async (n) => {
      const began = performance.now();
      await ways[variant](n);
      return performance.now() - began;
    },
  );

await run(0, commits.warmUp);
const began = performance.now();
const latencies = await run(commits.warmUp, commits.counted);
const seconds = (performance.now() - began) / 1000;
await engine.stop();
const figures: TopicsFigures = {
  commits: commits.counted / seconds,
  p50: percentile(latencies, 50),
  p95: percentile(latencies, 95),
};
answer(figures);

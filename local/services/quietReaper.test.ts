import { expect, test } from 'vitest';
import { memoryTable } from '../../adapters/memory/table.ts';
import { connect } from '../../core/connections/connect.ts';
import { reap } from '../../core/connections/reap.ts';
import { keys, readDueTime } from '../../core/keys.ts';
import type { Range } from '../../core/ports.ts';
import { resumeWork, watchWrite } from '../../core/work/watch.ts';
import { jobWork } from '../../features/jobs/jobWork.ts';
import { jobKey } from '../../features/jobs/keys.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { localClock } from '../clock.ts';
import { memoryRows } from '../database/rows.ts';
import type { RuleDescription } from '../template/readStack.ts';
import { quietReaper } from './quietReaper.ts';
import { startSchedules } from './schedules.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const functions = [
  { id: 'Reap', entry: 'lambdas/reap.ts' },
  { id: 'Other', entry: 'lambdas/other.ts' },
];
const rule = (functionId: string): RuleDescription => ({
  id: 'Rule',
  arn: 'arn',
  bus: 'default',
  everyMs: minuteMs,
  targets: [{ functionId, permitted: true }],
});

/** The reaper on its schedule, over a table in memory. */
function running(functionId = 'Reap') {
  const moved = localClock();
  const clock = {
    ...moved,
    wait: (ms: number) => new Promise<void>((resolve) => moved.setTimeout(resolve, ms)),
  };
  const memory = memoryTable({ clock });
  const queries: Range[] = [];
  const table: typeof memory = {
    ...memory,
    query(range) {
      queries.push(range);
      return memory.query(range);
    },
  };
  const closedAt: number[] = [];
  const inMemory = memoryRuntime();
  const sockets: typeof inMemory.sockets = {
    ...inMemory.sockets,
    close(id) {
      closedAt.push(clock.now());
      return inMemory.sockets.close(id);
    },
  };
  const runtime = { ...inMemory, sockets, table, clock };
  let runs = 0;
  const invoke = async () => {
    runs += 1;
    await Promise.all([reap(runtime), resumeWork(runtime)]);
  };
  const quiet = quietReaper(functions, memoryRows(memory, 'ttl'));
  startSchedules({ rules: [rule(functionId)], clock, invoke, log: () => {}, quiet });
  return { clock, runtime, memory, queries, closedAt, runs: () => runs };
}

test('the reaper reads no partition of due rows that the local stack does not look for', async () => {
  const { clock, queries } = running();
  await clock.advance(minuteMs + 1_000);
  expect(queries.length).toBeGreaterThan(2);
  for (const { pk } of queries) {
    const at = readDueTime({ pk, sk: '000000000000007#x' });
    expect({ pk, at }).toEqual({ pk, at: 7 });
  }
  clock.stop();
});

test('a month in which nothing is due costs a few reads', async () => {
  const { clock, queries, runs } = running();
  await clock.advance(minuteMs + 1_000);
  const before = { queries: queries.length, runs: runs() };
  await clock.advance(31 * dayMs);
  expect(runs() - before.runs).toBeLessThan(3);
  expect(queries.length - before.queries).toBeLessThan(30);
  clock.stop();
});

test('what falls due in that month is done at its time', async () => {
  const { clock, runtime, memory, closedAt } = running();
  await clock.advance(minuteMs + 1_000);
  const start = clock.now();
  runtime.sockets.open('c1');
  await connect(runtime, 'c1', principal(runtime, { expiresAt: start + 90 * minuteMs }));
  await memory.write({ put: { ...jobKey('t', 'j'), status: 'queued' } });
  await memory.write(watchWrite(jobWork([]), { tenant: 't', id: 'j' }, start + 10 * dayMs));
  await clock.advance(31 * dayMs);
  expect(closedAt).toHaveLength(1);
  expect(Number(closedAt[0]) - start).toBeLessThanOrEqual(92 * minuteMs);
  expect(runtime.work.job.receive().length).toBeGreaterThan(0);
  clock.stop();
});

test('what came to be written while time moved is not passed over', async () => {
  const { clock, memory } = running();
  await clock.advance(minuteMs + 1_000);
  const dueAt = clock.now() + 5 * minuteMs;
  await clock.advance(dayMs);
  await memory.write({ put: { ...keys.expiry(dueAt, 'c1'), connectionId: 'c1' } });
  await clock.advance(2 * minuteMs);
  expect(memory.dump().filter(({ pk }) => pk.startsWith('EXPIRY#'))).toEqual([]);
  clock.stop();
});

test('a rule that runs anything else is never left out', async () => {
  const { clock, runs } = running('Other');
  await clock.advance(60 * minuteMs + 1_000);
  expect(runs()).toBe(60);
  clock.stop();
});

import { expect, test } from 'vitest';
import { scheduler } from '../../test/simulation/world/scheduler.ts';
import { contendedTable } from '../../test/support/contendedTable.ts';
import { type HotTopic, percentile, runHotTopic } from '../../test/support/hotTopic.ts';
import { memoryRuntime } from '../../test/support/memoryRuntime.ts';
import { times } from '../../test/support/numbers.ts';

/** What an interaction costs where nobody is in the way: its head, event and memory, twice each in a transaction. */
const unitsAlone = 6;

/** On a virtual clock, with the times of DynamoDB and transactions that take 12 ms. */
async function measure(of: Omit<HotTopic, 'requests'>) {
  const time = scheduler(Date.UTC(2026, 0, 1));
  const memory = memoryRuntime({ limits: { framesPerSecond: 100_000, frameBurst: 100_000 } });
  const { random } = memory;
  const latencies = { read: 4, write: 5, transaction: 12 };
  const far = contendedTable(memory.table, { clock: time, random }, latencies);
  const requests = of.perSecond * times(4, 30);
  const measured = runHotTopic({ ...memory, clock: time }, far, { ...of, requests });
  await time.runUntil(time.now() + 120_000);
  const { latencies: tookMs, outcomes, writeUnits } = await measured;
  return { requests, outcomes, p95: percentile(tookMs, 0.95), units: writeUnits / requests };
}

test.each([
  { perSecond: 20, warm: false, maxMs: 150 },
  { perSecond: 50, warm: false, maxMs: 150 },
  { perSecond: 50, warm: true, maxMs: 150 },
  { perSecond: 200, warm: false, maxMs: 500 },
  { perSecond: 200, warm: true, maxMs: 500 },
])(
  '$perSecond commits a second on one topic (warm: $warm) are all made, in order, in time, and for less than half as much again',
  async ({ maxMs, ...of }) => {
    const { requests, outcomes, p95, units } = await measure(of);
    const inOrder = Array.from({ length: requests }, (_, n) => n + 1);
    expect(outcomes.toSorted((a, b) => Number(a) - Number(b))).toEqual(inOrder);
    expect(p95).toBeLessThan(maxMs);
    expect(units).toBeLessThanOrEqual(1.5 * unitsAlone);
  },
);

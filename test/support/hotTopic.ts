import { handleAction } from '../../core/api/router.ts';
import { headCache } from '../../core/log/headCache.ts';
import type { Table } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { principal } from './memoryRuntime.ts';
import { meteredTable } from './meteredTable.ts';

export interface HotTopic {
  readonly perSecond: number;
  readonly requests: number;
  /** Whether environments serve one request after the other, and know the heads of before. */
  readonly warm: boolean;
}

/** What became of all requests. */
export interface HotTopicResult {
  /** From the request to its answer, in milliseconds, in their order. */
  readonly latencies: readonly number[];
  /** The numbers of the events, in the order of the requests; the code of what was refused. */
  readonly outcomes: readonly (number | string)[];
  readonly writeUnits: number;
  readonly readUnits: number;
}

/**
 * Interactions with one client, at random times, each in an environment of its own, as in Lambda.
 *
 * @param far the table as the environments reach it.
 */
export async function runHotTopic(
  memory: Runtime,
  far: Table,
  { perSecond, requests, warm }: HotTopic,
): Promise<HotTopicResult> {
  const { clock, random } = memory;
  const { table, meter } = meteredTable(far, memory.table);
  const idle: Runtime[] = [];
  const latencies: number[] = [];
  const outcomes: (number | string)[] = [];
  const ask = async (n: number) => {
    const runtime = (warm && idle.pop()) || { ...memory, table, headCache: headCache() };
    const from = clock.now();
    const who = principal(memory, { userId: `user-${n % 50}` });
    const payload = { clientId: 'acme', kind: 'call' };
    const answer = await handleAction(runtime, who, `request-${n}`, {
      action: 'interaction.record',
      ref: `ref-${n}`,
      payload,
    });
    latencies[n] = clock.now() - from;
    const { code, seq } = answer.payload as { code?: string; seq?: number };
    outcomes[n] = code ?? seq ?? 'no position';
    idle.push(runtime);
  };
  const asked: Promise<void>[] = [];
  for (let n = 0; n < requests; n++) {
    asked.push(ask(n));
    await clock.wait((-Math.log(1 - random.fraction()) * 1000) / perSecond);
  }
  await Promise.all(asked);
  return { latencies, outcomes, writeUnits: meter.writeUnits, readUnits: meter.readUnits };
}

/** The value below which this share of the figures lies. */
export function percentile(figures: readonly number[], share: number): number {
  return figures.toSorted((a, b) => a - b)[Math.ceil(figures.length * share) - 1] ?? Number.NaN;
}

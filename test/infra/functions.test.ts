import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { reserveMs } from '../../core/timeouts.ts';
import { features as shipped } from '../../features/index.ts';
import { emitting } from '../support/emitting.ts';
import { object, type Resource, synthesize, testStage } from './template.ts';

const config = testStage({ logRetentionDays: 14 });
const { functions, byId, nameOf, text } = synthesize(config);

const entry = (fn: Resource) => nameOf(fn.id);
const logOf = (fn: Resource) => byId(text(object(fn.properties.LoggingConfig).LogGroup));

test('there are ten functions', () => {
  expect(functions.map(entry).sort()).toEqual([
    'features/assistant/lambdas/stream.ts',
    'features/jobs/lambdas/work.ts',
    'lambdas/authorize.ts',
    'lambdas/bus.ts',
    'lambdas/connect.ts',
    'lambdas/deliver.ts',
    'lambdas/disconnect.ts',
    'lambdas/http.ts',
    'lambdas/message.ts',
    'lambdas/reap.ts',
  ]);
});

test('each function runs on Node 24 and ARM, and is not traced', () => {
  for (const fn of functions) {
    expect(fn.properties, entry(fn)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
    expect(fn.properties, entry(fn)).not.toHaveProperty('TracingConfig');
  }
});

test('each function is told exactly what it needs to know', () => {
  const all = { SETTINGS: JSON.stringify(config.settings), TABLE_NAME: 'table' };
  const posting = {
    ...all,
    MANAGEMENT_URL: 'https://socketApi.execute-api.{Region}.{URLSuffix}/test',
    DELIVERY_QUEUE_URL: 'queue',
  };
  const jobs = { JOB_QUEUE_URL: 'JobWorkQueue' };
  const takingOn = { ...posting, ...jobs, STREAM_QUEUE_URL: 'StreamWorkQueue' };
  const variables = functions.map((fn) => {
    const own = object(object(fn.properties.Environment).Variables);
    return [entry(fn), Object.fromEntries(Object.entries(own).map(([name, value]) => [name, text(value)]))];
  });
  expect(Object.fromEntries(variables)).toEqual({
    'lambdas/authorize.ts': all,
    'lambdas/connect.ts': posting,
    'lambdas/disconnect.ts': { ...all, DELIVERY_QUEUE_URL: 'queue' },
    'lambdas/message.ts': takingOn,
    'lambdas/http.ts': takingOn,
    'lambdas/bus.ts': takingOn,
    'lambdas/deliver.ts': posting,
    'lambdas/reap.ts': takingOn,
    'features/jobs/lambdas/work.ts': { ...posting, ...jobs },
    'features/assistant/lambdas/stream.ts': posting,
  });
});

test('each function logs JSON into a log of its own, kept as long as the stage says', () => {
  expect(new Set(functions.map((fn) => logOf(fn).id)).size).toBe(functions.length);
  for (const fn of functions) {
    expect(object(fn.properties.LoggingConfig).LogFormat, entry(fn)).toBe('JSON');
    expect(logOf(fn).properties, entry(fn)).toEqual({ RetentionInDays: 14 });
  }
});

test('whoever waits for an answer has it, or an error, before API Gateway gives up after 29 s', () => {
  const waitedFor = ['authorize', 'connect', 'message', 'http'].map((name) => `lambdas/${name}.ts`);
  for (const fn of functions.filter((one) => waitedFor.includes(entry(one)))) {
    expect(fn.properties.Timeout, entry(fn)).toBeLessThan(29);
  }
});

interface Measured {
  readonly name: string;
  readonly firstMs: number;
  readonly warmMs: number;
  readonly peakMb: number;
  readonly memoryMb: number;
  readonly first: string;
  readonly warm: string;
}

/** The rows of "Memory and time" in docs/operating.md. */
function measured(): readonly Measured[] {
  const text = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
  const row =
    /^\| `(\w+)`[^|]* \| \d+ ms \| (\d+) ms \| ([\d.]+) ms \| (\d+) MB \| ([\d,]+) MB \| ([\d.]+ m?s) \| ([\d.]+ m?s) \|$/gm;
  return [...text.matchAll(row)].map(([, name = '', ...cells]) => {
    const [firstMs = 0, warmMs = 0, peakMb = 0, memoryMb = 0] = cells.map((cell) =>
      Number(cell.replace(',', '')),
    );
    const [first = '', warm = ''] = cells.slice(4);
    return { name, firstMs, warmMs, peakMb, memoryMb, first, warm };
  });
}

/** A function of 1,769 MB has a core: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const takes = (cpuMs: number, memoryMb: number) => (cpuMs * 1_769) / memoryMb;

test('docs/operating.md derives the memory of each function from what was measured', () => {
  const list = emitting(shipped, 'engagement');
  const all = synthesize(testStage({}, list), list);
  const deployed = all.functions.map(({ id, properties }) => [
    basename(all.nameOf(id), '.ts'),
    properties.MemorySize,
  ]);
  expect(Object.fromEntries(measured().map(({ name, memoryMb }) => [name, memoryMb]))).toEqual(
    Object.fromEntries(deployed),
  );
});

test.each(measured())(
  '$name has time for what its requests compute, and half of its memory to spare',
  (row) => {
    const msOf = (text: string) => Number.parseFloat(text) * (text.endsWith(' ms') ? 1 : 1_000);
    const [first, warm] = [takes(row.firstMs, row.memoryMb), takes(row.warmMs, row.memoryMb)];
    for (const [said, ms] of [
      [row.first, first],
      [row.warm, warm],
    ] as const)
      expect(Math.abs(msOf(said) - ms), said).toBeLessThanOrEqual(0.05 * ms + 1);
    expect(first).toBeLessThan(reserveMs);
    expect(row.peakMb).toBeLessThan(row.memoryMb / 2);
  },
);

test('each function has between 256 and 1024 MB', () => {
  for (const fn of functions) {
    expect(fn.properties.MemorySize, entry(fn)).toBeGreaterThanOrEqual(256);
    expect(fn.properties.MemorySize, entry(fn)).toBeLessThanOrEqual(1024);
  }
});

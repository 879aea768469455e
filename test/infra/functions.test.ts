import { expect, test } from 'vitest';
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

test('functions have the memory that docs/operating.md derives', () => {
  const memory = functions.map((fn) => [entry(fn), fn.properties.MemorySize]);
  expect(Object.fromEntries(memory)).toMatchObject({
    ...Object.fromEntries(
      ['authorize', 'connect', 'message', 'http', 'reap'].map((name) => [`lambdas/${name}.ts`, 512]),
    ),
    'lambdas/disconnect.ts': 256,
    'lambdas/deliver.ts': 1024,
  });
});

test('each function has between 256 and 1024 MB', () => {
  for (const fn of functions) {
    expect(fn.properties.MemorySize, entry(fn)).toBeGreaterThanOrEqual(256);
    expect(fn.properties.MemorySize, entry(fn)).toBeLessThanOrEqual(1024);
  }
});

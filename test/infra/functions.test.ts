import { expect, test } from 'vitest';
import {
  type FunctionName,
  functionTimeoutsMs,
  maxContentionMs,
  maxRequestMs,
  maxSearchMs,
  maxWorkMs,
} from '../../core/timeouts.ts';
import { maxAnswerMs } from '../../features/assistant/runStream.ts';
import { jobLeaseMs } from '../../features/jobs/runJob.ts';
import { object, type Resource, synthesize, testStage } from './template.ts';

const config = testStage({ logRetentionDays: 14 });
const { functions, byId, nameOf, text } = synthesize(config);

const entry = (fn: Resource) => nameOf(fn.id);
const logOf = (fn: Resource) => byId(text(object(fn.properties.LoggingConfig).LogGroup));

test('there are eleven functions', () => {
  expect(functions.map(entry).sort()).toEqual([
    'lambdas/authorize.ts',
    'lambdas/bus.ts',
    'lambdas/connect.ts',
    'lambdas/deliver.ts',
    'lambdas/disconnect.ts',
    'lambdas/failedWork.ts',
    'lambdas/http.ts',
    'lambdas/message.ts',
    'lambdas/reap.ts',
    'lambdas/stream.ts',
    'lambdas/work.ts',
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
  const jobs = { JOBS_QUEUE_URL: 'JobsQueue' };
  const takingOn = { ...posting, ...jobs, STREAMS_QUEUE_URL: 'AssistantQueue' };
  const told = functions.map((fn) => {
    const variables = object(object(fn.properties.Environment).Variables);
    return [
      entry(fn),
      Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, text(value)])),
    ];
  });
  expect(Object.fromEntries(told)).toEqual({
    'lambdas/authorize.ts': all,
    'lambdas/connect.ts': posting,
    'lambdas/disconnect.ts': { ...all, DELIVERY_QUEUE_URL: 'queue' },
    'lambdas/message.ts': takingOn,
    'lambdas/http.ts': takingOn,
    'lambdas/bus.ts': takingOn,
    'lambdas/deliver.ts': posting,
    'lambdas/reap.ts': takingOn,
    'lambdas/work.ts': { ...posting, ...jobs },
    'lambdas/failedWork.ts': posting,
    'lambdas/stream.ts': posting,
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

/** The longest way through each function, in seconds: what its entry waits for, as the engine has it. */
const longestWays = {
  ...Object.fromEntries(
    (['authorize', 'connect', 'disconnect', 'deliver', 'reap', 'work', 'failedWork', 'stream'] as const).map(
      (name) => [name, maxWorkMs(name)],
    ),
  ),
  ...{ message: maxRequestMs, http: maxRequestMs, bus: maxRequestMs },
};

test('the longest way through each function is a second shorter than its time-out, so that it ends by itself', () => {
  for (const fn of functions) {
    const name = entry(fn).replace(/^lambdas\/|\.ts$/g, '') as keyof typeof longestWays;
    const timeoutMs = Number(fn.properties.Timeout) * 1_000;
    expect(timeoutMs, name).toBe(functionTimeoutsMs[name as FunctionName]);
    expect(longestWays[name], name).toBeLessThanOrEqual(timeoutMs - 1_000);
  }
  // What these do by parts ends before it is given up.
  expect(maxSearchMs).toBeLessThan(maxWorkMs('reap'));
  expect(maxAnswerMs + 2 * maxContentionMs).toBeLessThan(maxWorkMs('stream'));
  // A lease outlives its worker.
  expect(functionTimeoutsMs.work).toBeLessThan(jobLeaseMs);
});

test('each function has between 256 and 1024 MB', () => {
  for (const fn of functions) {
    expect(fn.properties.MemorySize, entry(fn)).toBeGreaterThanOrEqual(256);
    expect(fn.properties.MemorySize, entry(fn)).toBeLessThanOrEqual(1024);
  }
});

import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  functionTimeoutsMs,
  maxContentionMs,
  maxRequestMs,
  maxSearchMs,
  maxWorkMs,
} from '../../core/timeouts.ts';
import { maxAnswerMs } from '../../features/assistant/runStream.ts';
import { timeoutMs as streamTimeoutMs } from '../../features/assistant/streamWork.ts';
import { features as shipped } from '../../features/index.ts';
import { timeoutMs as jobTimeoutMs } from '../../features/jobs/jobWork.ts';
import { jobLeaseMs } from '../../features/jobs/runJob.ts';
import { emitting } from '../support/emitting.ts';
import { object, type Resource, synthesize, testStage } from './template.ts';

const config = testStage({ logRetentionDays: 14 });
const { functions, byId, nameOf, text } = synthesize(config);

const entry = (fn: Resource) => nameOf(fn.id);
const logOf = (fn: Resource) => byId(text(object(fn.properties.LoggingConfig).LogGroup));

test('there are eleven functions', () => {
  expect(functions.map(entry).sort()).toEqual([
    'features/assistant/lambdas/stream.ts',
    'features/jobs/lambdas/givenUp.ts',
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
    'features/jobs/lambdas/work.ts': { ...posting, ...jobs },
    'features/jobs/lambdas/givenUp.ts': posting,
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

/** The longest way through each function: what its entry waits for, as the engine and the features have it. */
const { reap } = functionTimeoutsMs;
const workers = shipped.flatMap(({ work = [] }) => work.map((rules) => rules.workers));
const sourceOf = (module: string) => `${relative('.', fileURLToPath(module))}.ts`;
const givenUp = workers.flatMap((of) => of.givenUp ?? []);
const timeouts: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    Object.entries(functionTimeoutsMs).map(([name, timeoutMs]) => [`lambdas/${name}.ts`, timeoutMs]),
  ),
  ...Object.fromEntries([...workers, ...givenUp].map((of) => [sourceOf(of.entry), of.timeoutMs])),
};
const maxPathMs: Readonly<Record<string, number>> = {
  ...Object.fromEntries(Object.entries(timeouts).map(([name, timeoutMs]) => [name, maxWorkMs(timeoutMs)])),
  ...Object.fromEntries(['message', 'http', 'bus'].map((name) => [`lambdas/${name}.ts`, maxRequestMs])),
};

test('the longest way through each function is a second shorter than its time-out, so that it ends by itself', () => {
  const list = emitting(shipped, 'engagement');
  const all = synthesize(testStage({}, list), list);
  const timeoutOf = new Map(
    all.functions.map(({ id, properties }) => [all.nameOf(id), Number(properties.Timeout) * 1_000]),
  );
  expect(Object.fromEntries(timeoutOf)).toEqual(timeouts);
  for (const [name, timeoutMs] of timeoutOf) {
    expect(maxPathMs[name], name).toBeLessThanOrEqual(timeoutMs - 1_000);
  }
  // What these do by parts ends before it is given up.
  expect(maxSearchMs).toBeLessThan(maxWorkMs(reap));
  expect(maxAnswerMs + 2 * maxContentionMs).toBeLessThan(maxWorkMs(streamTimeoutMs));
  // A lease outlives its worker.
  expect(jobTimeoutMs).toBeLessThan(jobLeaseMs);
});

/** What ends by itself: `inTime`, or what the engine answers requests with. */
const bounded = /\b(inTime|eachMessage|everyMinute|handleFrame|handleHttp|handleEvent)\(/;

test.each(Object.keys(timeouts))('%s gives up by itself what takes too long', (file) => {
  expect(readFileSync(file, 'utf8')).toMatch(bounded);
});

test('each function has between 256 and 1024 MB', () => {
  for (const fn of functions) {
    expect(fn.properties.MemorySize, entry(fn)).toBeGreaterThanOrEqual(256);
    expect(fn.properties.MemorySize, entry(fn)).toBeLessThanOrEqual(1024);
  }
});

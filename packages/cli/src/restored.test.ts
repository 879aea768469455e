import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keys } from '../../../core/keys.ts';
import { ensureHead, toHead } from '../../../core/log/topicHead.ts';
import { deployedStage } from '../../../test/support/deployedStage.ts';
import { memoryRuntime } from '../../../test/support/memoryRuntime.ts';
import { mockedClient } from '../../../test/support/mockedClient.ts';
import { run } from './run.ts';

const [stacks, rows] = [mockedClient(CloudFormationClient), mockedClient(DynamoDBClient)];
const head = (sk: string) => ({ pk: { S: 'HEAD#t#room' }, sk: { S: sk }, epoch: { S: `epoch of ${sk}` } });

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  stacks
    .on(DescribeStacksCommand)
    .resolves(deployedStage({ TableName: 'rows', EventBusName: 'Tidings-dev' }));
  rows
    .on(ScanCommand)
    .resolvesOnce({ Items: [head('a'), head('b')], LastEvaluatedKey: { pk: { S: 'p' }, sk: { S: 's' } } })
    .resolvesOnce({ Items: [head('c')] });
  rows.on(UpdateItemCommand).resolves({});
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  stacks.reset();
  rows.reset();
});

async function restored(...words: string[]) {
  const [printed, complaints]: string[][] = [[], []];
  const code = await run(['restored', ...words], {
    env: {},
    stop: new AbortController().signal,
    print: (line) => printed?.push(line),
    complain: (text) => complaints?.push(text),
  });
  return { code, printed: (printed ?? []).map((line) => JSON.parse(line)), complaints };
}

const updates = () => rows.commandCalls(UpdateItemCommand).map(({ args: [{ input }] }) => input);

test('how many topics there are is said before anything is done', async () => {
  const { code, printed } = await restored('--stage', 'dev');
  expect({ code, printed }).toEqual({ code: 0, printed: [{ table: 'rows', topics: 3, wouldBegin: true }] });
  expect(updates()).toEqual([]);
});

test('each head begins an epoch of its own, now, unless it began anew meanwhile', async () => {
  const changed = new ConditionalCheckFailedException({ message: 'changed', $metadata: {} });
  rows.on(UpdateItemCommand, { Key: { pk: { S: 'HEAD#t#room' }, sk: { S: 'b' } } }).rejects(changed);
  const before = Date.now();
  const { code, printed } = await restored('--stage', 'dev', '--yes');
  expect({ code, printed }).toEqual({ code: 0, printed: [{ table: 'rows', topics: 3 }] });
  expect(rows.commandCalls(ScanCommand)[0]?.args[0].input).toMatchObject({
    TableName: 'rows',
    ConsistentRead: true,
    FilterExpression: 'begins_with(pk, :head)',
    ExpressionAttributeValues: { ':head': { S: 'HEAD#' } },
  });
  expect(updates().map(({ Key }) => Key?.sk?.S)).toEqual(['a', 'b', 'c']);
  const epochs = updates().map(({ ExpressionAttributeValues: values }) => values?.[':next']?.S);
  expect(new Set(epochs).size).toBe(3);
  for (const { ConditionExpression, ExpressionAttributeValues: values, Key } of updates()) {
    expect(ConditionExpression).toBe('epoch = :before');
    expect(values?.[':before']).toEqual({ S: `epoch of ${Key?.sk?.S}` });
    expect(Number(values?.[':now']?.N)).toBeGreaterThanOrEqual(before);
  }
});

test('a head as the engine writes it is found, and has the new epoch and time when the engine reads it again', async () => {
  const runtime = memoryRuntime();
  const topic = { kind: 'tenant' } as const;
  const before = await ensureHead(runtime, 't', topic);
  const row = (await runtime.table.get(keys.head('t', topic))) ?? { pk: '', sk: '' };
  const item = { pk: { S: row.pk }, sk: { S: row.sk }, epoch: { S: String(row.epoch) } };
  rows.reset();
  rows.on(ScanCommand).resolves({ Items: [item] });
  await restored('--stage', 'dev', '--yes');
  const scan = rows.commandCalls(ScanCommand)[0]?.args[0].input;
  expect(row.pk.startsWith(scan?.ExpressionAttributeValues?.[':head']?.S ?? 'none')).toBe(true);
  const [{ UpdateExpression = '', ExpressionAttributeValues: values = {} } = {}] = updates();
  const set = [...UpdateExpression.matchAll(/(\w+) = (:\w+)/g)].map(([, name = '', value = '']) => {
    const { S, N } = values[value] ?? {};
    return [name, S ?? Number(N)];
  });
  const after = toHead({ ...row, ...Object.fromEntries(set) });
  expect(values[':before']?.S).toBe(before.epoch);
  expect(after).toEqual({ ...before, epoch: values[':next']?.S, updatedAt: Number(values[':now']?.N) });
});

test('what AWS refuses is a sentence', async () => {
  const denied = Object.assign(new Error('not authorized to perform: dynamodb:UpdateItem'), {
    name: 'AccessDeniedException',
  });
  rows.on(UpdateItemCommand).rejects(denied);
  const { code, complaints } = await restored('--stage', 'dev', '--yes');
  expect(code).toBe(1);
  expect(complaints).toEqual([expect.stringContaining('dynamodb:UpdateItem')]);
});

test('a local stack that keeps its rows in memory is told apart, and no AWS is asked', async () => {
  const aws = { region: 'us-east-1', endpoint: 'http://127.0.0.1:1', tableName: 'rows', queues: [] };
  vi.stubGlobal('fetch', async () => Response.json(aws));
  const { code, complaints } = await restored('--url', 'http://127.0.0.1:4510', '--yes');
  expect(code).toBe(1);
  expect(complaints).toEqual([expect.stringContaining('in memory')]);
  expect(rows.calls()).toEqual([]);
});

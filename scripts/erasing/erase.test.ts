import { BatchWriteCommand, DynamoDBDocumentClient, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/clock.ts';
import { createApp } from '../../core/api/createApp.ts';
import { keys } from '../../core/keys.ts';
import { features } from '../../features/index.ts';
import { mockedClient } from '../../test/support/mockedClient.ts';
import { type Erasing, erase } from './erase.ts';

const mock = mockedClient(DynamoDBDocumentClient);
const inputsOf = (command: typeof ScanCommand | typeof QueryCommand | typeof BatchWriteCommand) =>
  mock.commandCalls(command as never).map(({ args: [{ input }] }) => input as Record<string, unknown>);
const app = createApp(features);
const place = { region: 'eu-west-1' };
const feed = { kind: 'user', id: 'carla' } as const;
const event = (seq: number) => keys.log('t', feed, 'e', seq);

beforeEach(() => {
  mock.on(ScanCommand).resolves({ Items: [] });
  mock.on(QueryCommand).resolves({ Items: [] });
  mock.on(BatchWriteCommand).resolves({});
});
afterEach(() => mock.reset());

/** A clock on which whoever waits has time go by, and the waits. */
function waiting() {
  const clock = manualClock(Date.UTC(2026, 0, 1));
  const waits: number[] = [];
  const wait = async (ms: number) => {
    waits.push(ms);
    await clock.advance(ms);
  };
  return { waits, clock: { now: clock.now, wait } };
}

async function run(more: Partial<Erasing> = {}) {
  const { waits, clock } = waiting();
  const said: string[] = [];
  const erased = await erase({
    stack: { name: 'Tidings-dev', place, dynamodb: place, tableName: 'rows' },
    ...{ app, of: { tenant: 't', userId: 'carla' }, doIt: true, unitsPerSecond: 100, clock },
    say: (text) => said.push(text),
    ...more,
  });
  return { ...erased, waits, said };
}

test('the table is read to its end, strongly, and of a row only whose it is', async () => {
  mock.on(ScanCommand, { ExclusiveStartKey: undefined }).resolves({
    Items: [event(1), keys.head('t', { kind: 'client', id: 'acme' })],
    LastEvaluatedKey: event(1),
  });
  mock.on(ScanCommand, { ExclusiveStartKey: event(1) }).resolves({ Items: [event(2)] });
  expect(await run({ doIt: false })).toMatchObject({ rows: { LOG: 2 }, kept: {}, unknown: {} });
  const [scan] = inputsOf(ScanCommand);
  expect(scan).toMatchObject({ TableName: 'rows', ConsistentRead: true });
  expect(Object.values(scan?.ExpressionAttributeNames ?? {}).toSorted()).toEqual([
    'at',
    'pk',
    'principal',
    'sk',
    'tenant',
    'to',
    'userId',
  ]);
  expect([...inputsOf(BatchWriteCommand), ...inputsOf(QueryCommand)]).toEqual([]);
});

test('rows are deleted 25 at a time, at the rate that what they cost allows', async () => {
  mock.on(ScanCommand).resolves({ Items: Array.from({ length: 60 }, (_, seq) => event(seq)) });
  mock.on(BatchWriteCommand).resolves({ ConsumedCapacity: [{ CapacityUnits: 50 }] });
  const { rows, waits } = await run({ unitsPerSecond: 100 });
  expect(rows).toEqual({ LOG: 60 });
  const batches = inputsOf(BatchWriteCommand).map(({ RequestItems, ...rest }) => {
    expect(rest).toEqual({ ReturnConsumedCapacity: 'TOTAL' });
    return (RequestItems as { rows: object[] }).rows;
  });
  expect(batches.map(({ length }) => length)).toEqual([25, 25, 10]);
  expect(batches[0]?.[0]).toEqual({ DeleteRequest: { Key: event(0) } });
  expect(waits).toEqual([500, 500]);
});

test('what DynamoDB was too busy to delete is tried again, after a pause that grows', async () => {
  mock.on(ScanCommand).resolves({ Items: [event(1), event(2)] });
  const left = { UnprocessedItems: { rows: [{ DeleteRequest: { Key: event(2) } }] } };
  mock.on(BatchWriteCommand).resolvesOnce(left).resolvesOnce(left).resolves({});
  const { waits } = await run({ unitsPerSecond: 10_000 });
  const sizes = inputsOf(BatchWriteCommand).map(
    (one) => (one.RequestItems as { rows: object[] }).rows.length,
  );
  expect({ sizes, waits }).toEqual({ sizes: [2, 1, 1], waits: [100, 200] });
});

test('a user with an open connection is not erased, and one whose connection is over is', async () => {
  const { clock } = waiting();
  const slot = { ...keys.slot('t', 'carla', 0), connectionId: 'c', since: 0 };
  mock.on(QueryCommand).resolves({ Items: [{ ...slot, leaseExpiresAt: clock.now() + 1 }] });
  await expect(run()).rejects.toThrow(
    `carla has 1 open connection: end them first, as an admin of the tenant: tidings send user.revoke --payload '{"userId":"carla"}'`,
  );
  expect(inputsOf(ScanCommand)).toEqual([]);
  expect(inputsOf(QueryCommand)).toMatchObject([
    { TableName: 'rows', ExpressionAttributeValues: { ':user': 'USER#t#carla', ':slot': 'SLOT#' } },
  ]);
  mock.on(QueryCommand).resolves({ Items: [{ ...slot, leaseExpiresAt: clock.now() }] });
  expect(await run()).toMatchObject({ rows: {} });
});

test('long work says how far it is, and nothing of whom', async () => {
  mock.on(ScanCommand).resolves({ Items: Array.from({ length: 1_000 }, (_, seq) => event(seq)) });
  const { said } = await run({ unitsPerSecond: 100 });
  expect(said.length).toBeGreaterThan(0);
  expect(said[0]).toMatch(/^\d+ rows read, \d+ deleted$/);
});

test('what AWS refuses is a sentence', async () => {
  mock
    .on(ScanCommand)
    .rejects(Object.assign(new Error('may not dynamodb:Scan'), { name: 'AccessDeniedException' }));
  await expect(run()).rejects.toThrow(
    'cannot work on the table of Tidings-dev: the credentials lack a right',
  );
});

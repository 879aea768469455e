import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { dynamoTable } from '../../adapters/dynamodb/table.ts';
import { seededRandom } from '../../adapters/memory/clock.ts';
import {
  ENGINE_CREDENTIALS,
  ENGINE_REGION,
  startEngine,
  tableDescription,
} from '../../test/support/dynamoEngine.ts';
import { localClock } from '../clock.ts';
import { faultBox } from '../faults.ts';
import { callers } from '../rights/callers.ts';
import { keyring } from '../rights/credentials.ts';
import { rightsUsed } from '../rights/rightsUsed.ts';
import { openDatabase } from './database.ts';
import { type DatabaseServer, openDatabaseServer } from './databaseServer.ts';
import type { Engine } from './engine.ts';

const table = tableDescription('rows');
const TableName = table.name;
const kilobytes = (count: number) => 'x'.repeat(count * 1_024 - 64);
const Key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const item = (pk: string, count: number) => ({ ...Key(pk), text: { S: kilobytes(count) } });

/** What the engine answers, whatever it is asked. */
let answer: object = {};
const engine = createServer((asked, response) => {
  asked.resume().on('end', () => response.end(JSON.stringify(answer)));
});
const realEngine = await startEngine();
let nowMs = 0;
let server: DatabaseServer;
let client: DynamoDBClient;

const connected = (endpoint: string) =>
  new DynamoDBClient({ endpoint, region: ENGINE_REGION, credentials: ENGINE_CREDENTIALS, maxAttempts: 1 });

beforeAll(async () => {
  engine.listen(0, '127.0.0.1');
  await once(engine, 'listening');
  const { port } = engine.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  const throttledBy = () => nowMs;
  server = await openDatabaseServer({ engine: address, faults: faultBox(), table, throttledBy });
  client = connected(server.endpoint);
});
beforeEach(() => {
  answer = {};
  // All buckets are full again.
  nowMs += 3_600_000;
});
afterAll(async () => {
  client.destroy();
  await server.close();
  engine.close();
  await realEngine?.stop();
});

/** How often it succeeds before it is refused, and with what. */
async function untilRefused(send: () => Promise<unknown>): Promise<{ times: number; error: unknown }> {
  for (let times = 0; times < 5_000; times++) {
    try {
      await send();
    } catch (error) {
      return { times, error };
    }
  }
  throw new Error('it was never refused');
}
const put = (pk: string) => () => client.send(new PutItemCommand({ TableName, Item: item(pk, 100) }));
const transaction =
  (...pks: string[]) =>
  () =>
    client.send(
      new TransactWriteItemsCommand({
        TransactItems: pks.map((pk) => ({ Put: { TableName, Item: item(pk, 50) } })),
      }),
    );
const get = (pk: string, ConsistentRead: boolean) => () =>
  client.send(new GetItemCommand({ TableName, Key: Key(pk), ConsistentRead }));

test('a key takes 1,000 units of writes in a second, and others theirs', async () => {
  const { times, error } = await untilRefused(put('a'));
  expect([times, (error as Error).name]).toEqual([10, 'ThrottlingException']);
  await put('b')();
  nowMs += 100;
  expect((await untilRefused(put('a'))).times).toBe(1);
  const update = { TableName, Key: Key('c'), ExpressionAttributeValues: { ':text': { S: kilobytes(250) } } };
  expect((await untilRefused(() => client.send(new UpdateItemCommand(update)))).times).toBe(4);
});

test('a transaction takes twice as much, and tells which of its keys has no more', async () => {
  const { times, error } = await untilRefused(transaction('b', 'a'));
  expect(times).toBe(10);
  expect(error).toMatchObject({
    name: 'TransactionCanceledException',
    CancellationReasons: [{ Code: 'ThrottlingError' }, { Code: 'ThrottlingError' }],
  });
  await expect(transaction('c', 'a')()).rejects.toMatchObject({
    CancellationReasons: [{ Code: 'None' }, { Code: 'ThrottlingError' }],
  });
});

test('a key takes 3,000 units of reads in a second, each as large as what came back', async () => {
  answer = { Item: item('a', 400) };
  const { times, error } = await untilRefused(get('a', true));
  expect([times, (error as Error).name]).toEqual([30, 'ProvisionedThroughputExceededException']);
  await put('a')();
  expect((await untilRefused(get('b', false))).times).toBe(60);
  answer = { Items: [item('c', 400), item('c', 400)] };
  const query = {
    TableName,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: 'c' } },
    ConsistentRead: true,
  };
  expect((await untilRefused(() => client.send(new QueryCommand(query)))).times).toBe(15);
  answer = { Responses: [{ Item: item('d', 400) }] };
  const together = { TransactItems: [{ Get: { TableName, Key: Key('d') } }] };
  expect((await untilRefused(() => client.send(new TransactGetItemsCommand(together)))).times).toBe(15);
});

test.skipIf(!realEngine)('a stack throttles where it is strict, and by its own time', async () => {
  const clock = localClock();
  onTestFinished(clock.stop);
  /** How many of 12 writes of 100 units each are taken at one instant. */
  const taken = async (strict: boolean) => {
    const own = tableDescription(`rows-${randomUUID()}`);
    const database = await openDatabase({
      engine: realEngine as Engine,
      table: own,
      faults: faultBox(),
      clock: { ...clock, now: () => nowMs },
      strict,
      callers: callers({ keys: keyring(), used: rightsUsed(undefined), log: () => {} }),
    });
    onTestFinished(database.close);
    const asking = connected(database.endpoint ?? '');
    onTestFinished(() => asking.destroy());
    const writes = Array.from({ length: 12 }, () =>
      asking.send(new PutItemCommand({ TableName: own.name, Item: item('a', 100) })),
    );
    return (await Promise.allSettled(writes)).filter(({ status }) => status === 'fulfilled').length;
  };
  expect(await taken(true)).toBe(10);
  expect(await taken(false)).toBe(12);
});

test('our table tries what is throttled again, until there is room', async () => {
  const ours = dynamoTable({
    client: DynamoDBDocumentClient.from(client),
    tableName: TableName,
    clock: {
      now: () => 0,
      async wait() {
        nowMs += 100;
      },
    },
    random: seededRandom(1),
  });
  await untilRefused(put('a'));
  expect(await ours.transact([{ put: { pk: 'a', sk: 'x' } }], '1')).toEqual({ outcome: 'conflict' });
  expect(await ours.write({ put: { pk: 'a', sk: 'x' } })).toEqual({ ok: true });
  answer = { Item: item('a', 400) };
  await untilRefused(get('a', true));
  expect(await ours.get({ pk: 'a', sk: 'x' })).toMatchObject({ pk: 'a' });
  answer = { Items: [item('a', 400)] };
  await untilRefused(get('a', true));
  nowMs -= 100;
  expect((await ours.query({ pk: 'a' })).rows).toHaveLength(1);
});

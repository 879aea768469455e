import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type DatabaseDoor, openDatabaseDoor } from './databaseDoor.ts';
import { type Engine, openEngine } from './engine.ts';
import { faultBox } from './faults.ts';
import { openRows, type Rows } from './rows.ts';

const faults = faultBox();
let engine: Engine;
let rows: Rows;
let door: DatabaseDoor;
let client: DynamoDBClient;

beforeAll(async () => {
  engine = await openEngine({ memory: false, external: undefined, log: () => {} });
  const endpoint = engine.endpoint ?? '';
  rows = await openRows(endpoint, {
    name: 'Rows',
    keys: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    attributes: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    ttlAttribute: 'ttl',
  });
  door = await openDatabaseDoor(endpoint, faults);
  client = new DynamoDBClient({
    endpoint: door.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterEach(() => faults.clear({}));

afterAll(async () => {
  client.destroy();
  rows.close();
  await door.close();
  await engine.stop();
});

const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const put = (pk: string, ttl?: number) => ({
  TableName: 'Rows',
  Item: { ...key(pk), ...(ttl === undefined ? {} : { ttl: { N: String(ttl) } }) },
});
const commit = (...pks: string[]) =>
  client.send(new TransactWriteItemsCommand({ TransactItems: pks.map((pk) => ({ Put: put(pk) })) }));
const exists = async (pk: string) =>
  (await client.send(new GetItemCommand({ TableName: 'Rows', Key: key(pk), ConsistentRead: true }))).Item !==
  undefined;

describe('the database door', () => {
  test('passes operations on and counts them by kind', async () => {
    const before = { GetItem: 0, TransactWriteItems: 0, ...door.operations() };
    await commit('A#1', 'B#1');
    expect(await exists('A#1')).toBe(true);
    expect(await exists('A#2')).toBe(false);
    const after = door.operations();
    expect(after.TransactWriteItems).toBe(before.TransactWriteItems + 1);
    expect(after.GetItem).toBe(before.GetItem + 2);
  });

  test('a conflict writes nothing and tells a reason for each action', async () => {
    faults.inject({ op: 'commit', outcome: 'conflict', count: 1 });
    const refusal = await commit('C#1', 'C#2').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TransactionCanceledException);
    const { CancellationReasons = [] } = refusal as TransactionCanceledException;
    expect(CancellationReasons.map(({ Code }) => Code)).toEqual(['TransactionConflict', 'None']);
    expect(await exists('C#1')).toBe(false);
    await commit('C#1', 'C#2');
    expect(await exists('C#1')).toBe(true);
  });

  test('a throttled commit writes nothing', async () => {
    faults.inject({ op: 'commit', outcome: 'throttled', count: 1 });
    await expect(commit('T#1')).rejects.toMatchObject({ name: 'ThrottlingException' });
    expect(await exists('T#1')).toBe(false);
  });

  test('an unknown outcome is written, and no answer comes', async () => {
    faults.inject({ op: 'commit', outcome: 'unknown', count: 1 });
    const refusal = await commit('U#1').catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Error);
    expect(refusal).not.toBeInstanceOf(TransactionCanceledException);
    expect(await exists('U#1')).toBe(true);
  });

  test('a fault of commits leaves single writes alone', async () => {
    faults.inject({ op: 'commit', outcome: 'throttled' });
    await client.send(new PutItemCommand(put('S#1')));
    expect(await exists('S#1')).toBe(true);
  });

  test('what has outlived its time to live is swept, and nothing else', async () => {
    const nowMs = 2_000_000_000_000;
    await client.send(new PutItemCommand(put('OLD#1', nowMs / 1_000 - 1)));
    await client.send(new PutItemCommand(put('NEW#1', nowMs / 1_000 + 1)));
    await client.send(new PutItemCommand(put('EVER#1')));
    expect(await rows.sweep(nowMs)).toBe(1);
    const kinds = await rows.countByKind();
    expect(kinds).toMatchObject({ NEW: 1, EVER: 1 });
    expect(kinds).not.toHaveProperty('OLD');
  });
});

import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { dynamoClient } from '../../adapters/dynamodb/client.ts';
import { dynamoTable } from '../../adapters/dynamodb/table.ts';
import { manualClock, seededRandom } from '../../adapters/memory/clock.ts';
import { memoryTable } from '../../adapters/memory/table.ts';
import { ENGINE_CREDENTIALS, ENGINE_REGION, tableDescription } from '../../test/support/dynamoEngine.ts';
import { faultBox } from '../faults.ts';
import { countedTable } from './countedTable.ts';
import { type DatabaseServer, openDatabaseServer } from './databaseServer.ts';

const table = tableDescription('rows');
const TableName = table.name;

/** An engine that keeps its answers back until it is told. */
const engine = createServer((asked, answer) => {
  asked.resume().on('end', () => {
    held.push(answer);
    engine.emit('held');
  });
});
let held: ServerResponse[] = [];
let server: DatabaseServer;

beforeAll(async () => {
  engine.listen(0, '127.0.0.1');
  await once(engine, 'listening');
  const { port } = engine.address() as AddressInfo;
  server = await openDatabaseServer({ engine: `http://127.0.0.1:${port}`, faults: faultBox(), table });
});
afterEach(() => {
  for (const answer of held) answer.end('{}');
  held = [];
});
afterAll(async () => {
  await server.close();
  engine.close();
});

function open() {
  const client = dynamoClient({
    endpoint: server.endpoint,
    region: ENGINE_REGION,
    credentials: ENGINE_CREDENTIALS,
  });
  onTestFinished(() => client.destroy());
  return client;
}

const Key = (name: string) => ({ pk: { S: name }, sk: { S: 'x' } });
const transaction = (token: string, ...names: string[]) =>
  new TransactWriteItemsCommand({
    ClientRequestToken: token,
    TransactItems: names.map((name, at) =>
      at === 0
        ? { Put: { TableName, Item: Key(name) } }
        : {
            ConditionCheck: {
              TableName,
              Key: Key(name),
              ConditionExpression: 'attribute_exists(pk)',
            },
          },
    ),
  });
const put = (name: string) => new PutItemCommand({ TableName, Item: Key(name) });
const readTogether = (...names: string[]) =>
  new TransactGetItemsCommand({
    TransactItems: names.map((name) => ({ Get: { TableName, Key: Key(name) } })),
  });

/** Sends what the engine gets, and keeps back the answer. */
async function underWay<T>(send: () => Promise<T>) {
  const arrived = once(engine, 'held');
  const answer = send();
  await arrived;
  const response = held.pop();
  return {
    async end() {
      response?.end('{}');
      return await answer;
    },
  };
}
const failure = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  );
const reasonsOf = async (asked: Promise<unknown>) => {
  const error = await failure(asked);
  expect(error).toBeInstanceOf(TransactionCanceledException);
  return (error as TransactionCanceledException).CancellationReasons?.map(({ Code }) => Code);
};

describe('while a transaction is under way', () => {
  test('another that has one of its items is cancelled, and told which one', async () => {
    const client = open();
    const first = await underWay(() => client.send(transaction('1', 'a', 'b')));
    expect(await reasonsOf(client.send(transaction('2', 'c', 'a')))).toEqual(['None', 'TransactionConflict']);
    // An item that is only checked counts too.
    expect(await reasonsOf(client.send(transaction('3', 'b')))).toEqual(['TransactionConflict']);
    await (await underWay(() => client.send(transaction('4', 'c')))).end();
    await first.end();
    await (await underWay(() => client.send(transaction('5', 'b', 'a')))).end();
  });

  test('a single write to one of its items is refused, and the SDK does not try it again', async () => {
    const client = open();
    const first = await underWay(() => client.send(transaction('1', 'a')));
    const { PutItem = 0 } = server.operations();
    expect(await failure(client.send(put('a')))).toBeInstanceOf(TransactionConflictException);
    expect(server.operations().PutItem).toBe(PutItem + 1);
    const update = new UpdateItemCommand({ TableName, Key: Key('a') });
    expect(await failure(client.send(update))).toBeInstanceOf(TransactionConflictException);
    const remove = new DeleteItemCommand({ TableName, Key: Key('a') });
    expect(await failure(client.send(remove))).toBeInstanceOf(TransactionConflictException);
    await first.end();
    await (await underWay(() => client.send(put('a')))).end();
  });

  test('one item is read, and several together are not', async () => {
    const client = open();
    const first = await underWay(() => client.send(transaction('1', 'a')));
    await (await underWay(() => client.send(new GetItemCommand({ TableName, Key: Key('a') })))).end();
    expect(await reasonsOf(client.send(readTogether('b', 'a')))).toEqual(['None', 'TransactionConflict']);
    await first.end();
    await (await underWay(() => client.send(readTogether('b', 'a')))).end();
  });

  test('its repeat with the same token is told that it is in progress', async () => {
    const client = open();
    const first = await underWay(() => client.send(transaction('1', 'a')));
    expect(await failure(client.send(transaction('1', 'a')))).toBeInstanceOf(TransactionInProgressException);
    await first.end();
    await (await underWay(() => client.send(transaction('1', 'a')))).end();
  });

  test('that the engine never answers, it is over when the connection is', async () => {
    const client = open();
    const arrived = once(engine, 'held');
    const asked = client.send(transaction('1', 'a'));
    await arrived;
    // The SDK tries again by itself.
    const again = await underWay(async () => {
      held.pop()?.destroy();
      await asked;
    });
    await again.end();
    await (await underWay(() => client.send(transaction('2', 'a')))).end();
  });
});

test('a single write is in the way of a read of several items, and of nothing else', async () => {
  const client = open();
  const write = await underWay(() => client.send(put('a')));
  expect(await reasonsOf(client.send(readTogether('a')))).toEqual(['TransactionConflict']);
  await (await underWay(() => client.send(transaction('1', 'a')))).end();
  await (await underWay(() => client.send(put('a')))).end();
  await write.end();
});

test('our table tries a single write and a read again until the transaction is over, and tells a transaction', async () => {
  const first = await underWay(() => open().send(transaction('1', 'a')));
  const row = { pk: 'a', sk: 'x' };
  let ended: Promise<unknown> | undefined;
  const clock = {
    now: () => 0,
    async wait() {
      ended ??= first.end();
      await ended;
    },
  };
  const ours = dynamoTable({ client: open(), tableName: TableName, clock, random: seededRandom(1) });
  expect(await ours.transact([{ put: row }], '2')).toEqual({ outcome: 'conflict' });
  const written = await underWay(() => ours.write({ put: row }));
  expect(await written.end()).toEqual({ ok: true });
  expect(ended).toBeDefined();
});

test('in memory a transaction meets another too, and a single write and a read wait for it', async () => {
  const memory = countedTable(memoryTable({ clock: manualClock(0) }), faultBox());
  const a = { pk: 'a', sk: 'x' };
  const b = { pk: 'b', sk: 'x' };
  const first = memory.transact([{ put: { ...a, n: 1 } }, { put: b }], '1');
  expect(await memory.transact([{ put: b }], '2')).toEqual({ outcome: 'conflict' });
  expect(await memory.transact([{ put: { ...a, n: 1 } }, { put: b }], '1')).toEqual({ outcome: 'unknown' });
  const read = memory.getTogether([a]);
  const written = memory.write({ update: a, add: { n: 1 } });
  expect(await first).toEqual({ outcome: 'committed' });
  expect(await read).toEqual([{ ...a, n: 1 }]);
  expect(await written).toMatchObject({ ok: true });
  expect(await memory.get(a)).toEqual({ ...a, n: 2 });
  expect(await memory.transact([{ put: b }], '2')).toEqual({ outcome: 'committed' });
});

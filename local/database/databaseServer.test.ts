import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type ClientRequest, createServer, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  ENGINE_CREDENTIALS,
  ENGINE_REGION,
  startEngine,
  tableDescription,
} from '../../test/support/dynamoEngine.ts';
import { faultBox } from '../faults.ts';
import { type DatabaseServer, openDatabaseServer } from './databaseServer.ts';
import { countByKind, openRows, type Rows } from './rows.ts';
import { tableStream } from './tableStream.ts';

const faults = faultBox();
const stream = tableStream('arn', ['pk', 'sk'], () => 0);
const engine = await startEngine();
const tableName = `rows-${randomUUID()}`;
let rows: Rows;
let server: DatabaseServer;
let client: DynamoDBClient;

beforeAll(async () => {
  if (!engine) return;
  rows = await openRows(engine.endpoint, tableDescription(tableName));
  server = await openDatabaseServer({
    engine: engine.endpoint,
    faults,
    table: tableDescription(tableName),
    stream,
  });
  client = new DynamoDBClient({
    endpoint: server.endpoint,
    region: ENGINE_REGION,
    credentials: ENGINE_CREDENTIALS,
    maxAttempts: 1,
  });
});

afterEach(() => faults.clear({}));

afterAll(async () => {
  if (!engine) return;
  client.destroy();
  rows.close();
  await server.close();
  await engine.stop();
});

const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' } });
const put = (pk: string, ttl?: number) => ({
  TableName: tableName,
  Item: { ...key(pk), ...(ttl === undefined ? {} : { ttl: { N: String(ttl) } }) },
});
const commit = (...pks: string[]) =>
  client.send(new TransactWriteItemsCommand({ TransactItems: pks.map((pk) => ({ Put: put(pk) })) }));
const exists = async (pk: string) =>
  (await client.send(new GetItemCommand({ TableName: tableName, Key: key(pk), ConsistentRead: true })))
    .Item !== undefined;

describe.skipIf(!engine)('the database server', () => {
  test('passes operations on and counts them by kind', async () => {
    const before = { GetItem: 0, TransactWriteItems: 0, ...server.operations() };
    await commit('A#1', 'B#1');
    expect(await exists('A#1')).toBe(true);
    expect(await exists('A#2')).toBe(false);
    const after = server.operations();
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

  test('the stream has what was put, also where the answer was lost, and nothing that was refused', async () => {
    const { pending } = stream.reader('Emit');
    await commit('W#1', 'W#2');
    await client.send(new PutItemCommand(put('W#3')));
    faults.inject({ op: 'commit', outcome: 'conflict', count: 1 });
    await commit('W#4').catch(() => {});
    const absent = { ConditionExpression: 'attribute_not_exists(pk)' };
    const taken = new TransactWriteItemsCommand({ TransactItems: [{ Put: { ...put('W#1'), ...absent } }] });
    await client.send(taken).catch(() => {});
    faults.inject({ op: 'commit', outcome: 'unknown', count: 1 });
    const same = { TransactItems: [{ Put: put('W#5') }], ClientRequestToken: 'once' };
    await client.send(new TransactWriteItemsCommand(same)).catch(() => {});
    await client.send(new TransactWriteItemsCommand(same));
    expect(pending.map(({ dynamodb }) => dynamodb.Keys.pk)).toEqual(
      ['W#1', 'W#2', 'W#3', 'W#5'].map((S) => ({ S })),
    );
    expect(pending[0]?.dynamodb.NewImage).toEqual(put('W#1').Item);
  });

  test('what has outlived its time to live is swept, and nothing else', async () => {
    const nowMs = 2_000_000_000_000;
    await client.send(new PutItemCommand(put('OLD#1', nowMs / 1_000 - 1)));
    await client.send(new PutItemCommand(put('NEW#1', nowMs / 1_000 + 1)));
    await client.send(new PutItemCommand(put('EVER#1')));
    expect(await rows.sweep(nowMs)).toBe(1);
    const kinds = await countByKind(rows);
    expect(kinds).toMatchObject({ NEW: 1, EVER: 1 });
    expect(kinds).not.toHaveProperty('OLD');
  });
});

/** What the engine was asked and has not answered yet. */
interface Waiting {
  readonly answer: ServerResponse;
  /** Resolves when the whole request is there. */
  readonly whole: Promise<unknown>;
}

describe('callers of the database server that give up', () => {
  const slow = createServer((asked, answer) => {
    const whole = once(asked.resume(), 'end').catch(() => {});
    slow.emit('waiting', { answer, whole } satisfies Waiting);
  });
  let slowServer: DatabaseServer;
  beforeAll(async () => {
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const { port } = slow.address() as AddressInfo;
    const table = tableDescription(tableName);
    slowServer = await openDatabaseServer({ engine: `http://127.0.0.1:${port}`, faults, table });
  });
  afterAll(async () => {
    await slowServer.close();
    slow.close();
  });

  async function ask(): Promise<{ asking: ClientRequest } & Waiting> {
    const arrives = once(slow, 'waiting');
    const asking = request(slowServer.endpoint, { method: 'POST' });
    asking.on('error', () => {});
    asking.write('{');
    const [waiting] = await arrives;
    return { asking, ...(waiting as Waiting) };
  }
  async function giveUp(asking: ClientRequest): Promise<void> {
    const closed = new Promise((resolve) => asking.once('close', resolve));
    asking.destroy();
    await closed;
  }
  async function another(): Promise<void> {
    const { asking, answer } = await ask();
    answer.end('in time');
    asking.end('}');
    const [response] = await once(asking, 'response');
    await once(response.resume(), 'end');
  }

  /** Too much to be in a buffer on its way, as a page of a query is. */
  const long = 'x'.repeat(100_000);

  /** Three times 100 are more than the server has connections to the engine. */
  async function many(
    giveUpOne: (asking: ClientRequest, waiting: Waiting) => Promise<void>,
    afterwards: (answer: ServerResponse) => unknown,
  ): Promise<void> {
    for (const _batch of [1, 2, 3]) {
      const answers: ServerResponse[] = [];
      for (let n = 0; n < 100; n++) {
        const { asking, ...waiting } = await ask();
        await giveUpOne(asking, waiting);
        answers.push(waiting.answer);
      }
      // By the time that this was answered the server has seen that the others are gone.
      await another();
      await Promise.all(answers.map(afterwards));
    }
    await another();
  }

  test('in the middle of their answer leave the engine’s connections to others', async () => {
    const readHalf = async (asking: ClientRequest, { answer, whole }: Waiting) => {
      asking.end('}');
      await whole;
      answer.write(long);
      await once(asking, 'response');
      await giveUp(asking);
    };
    await many(readHalf, (answer) => answer.end(long));
  });

  test('in the middle of their request leave them too', async () => {
    await many(giveUp, (answer) => answer.closed || once(answer, 'close'));
  });
});

test.skipIf(!engine)(
  'what only concerns the line to the server, or cannot be passed on, ends no stack',
  async () => {
    // By hand: Node's client refuses to send some of it.
    const statusOf = async (operation: string, ...headers: string[]) =>
      statusOfBody('{}', operation, ...headers);
    const statusOfBody = async (body: '{}' | '[]', operation: string, ...headers: string[]) => {
      const socket = connect(Number(new URL(server.endpoint).port), '127.0.0.1');
      const target = `X-Amz-Target: DynamoDB_20120810.${operation}`;
      const type = 'Content-Type: application/x-amz-json-1.0';
      const lines = ['POST / HTTP/1.1', 'Host: 127.0.0.1', type, target, 'Content-Length: 2', ...headers];
      socket.write([...lines, '', body].join('\r\n'));
      const [text] = await once(socket, 'data');
      socket.destroy();
      return Number(String(text).split(' ')[1]);
    };
    // Nobody signed it, which the engine notices.
    const ofTheEngine = await statusOf('ListTables');
    expect(ofTheEngine).toBe(400);
    expect(await statusOf('ListTables', 'Trailer: x')).toBe(ofTheEngine);
    expect(await statusOf('ListTables', 'Connection: X-Own', 'X-Own: 1', 'TE: trailers')).toBe(ofTheEngine);
    expect(await statusOfBody('[]', 'TransactWriteItems')).toBe(500);
    expect(await statusOf('ListTables')).toBe(ofTheEngine);
  },
);

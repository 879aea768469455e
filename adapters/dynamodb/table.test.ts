import { QueryCommand, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  GetCommand,
  PutCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import type { Write } from '../../core/ports.ts';
import { manualClock, seededRandom } from '../memory/clock.ts';
import { dynamoClient } from './client.ts';
import { dynamoTable } from './table.ts';

const TableName = 'tidings';
const key = { pk: 'p', sk: 's' };
const RETURN_OLD = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' };

function mocked() {
  const client = dynamoClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  const clock = manualClock(0);
  const table = dynamoTable({ client, tableName: TableName, clock, random: seededRandom(1) });
  const inputs = () => mock.calls().map(({ args: [{ input }] }) => input);
  return { mock, clock, table, inputs };
}

const named = (name: string, more: object = {}) =>
  Object.assign(new Error(name), { name, $metadata: {}, ...more });
const canceled = (...CancellationReasons: object[]) =>
  new TransactionCanceledException({ message: 'canceled', $metadata: {}, CancellationReasons });

describe('what is sent to DynamoDB', () => {
  it('every read is strongly consistent', async () => {
    const { mock, table, inputs } = mocked();
    mock.on(GetCommand).resolves({}).on(QueryCommand).resolves({ Items: [] });
    await table.get({ ...key, more: 'is ignored' } as typeof key);
    await table.query({ pk: 'p' });
    expect(inputs()).toEqual([
      { TableName, Key: key, ConsistentRead: true },
      {
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: '#0 = :0',
        ExpressionAttributeNames: { '#0': 'pk' },
        ExpressionAttributeValues: { ':0': { S: 'p' } },
      },
    ]);
  });

  it('a range names its ends, its page and its columns', async () => {
    const { mock, table, inputs } = mocked();
    mock.on(QueryCommand).resolves({ Items: [], LastEvaluatedKey: { pk: { S: 'p' }, sk: { S: 'c' } } });
    const range = { pk: 'p', from: 'a', to: 'x', descending: true, limit: 5, only: ['status'], after: 'd' };
    expect(await table.query(range)).toEqual({ rows: [], next: 'c' });
    expect(inputs()).toEqual([
      {
        TableName,
        ConsistentRead: true,
        KeyConditionExpression: '#0 = :0 AND #1 BETWEEN :1 AND :2',
        ProjectionExpression: '#1, #2',
        ScanIndexForward: false,
        Limit: 5,
        ExclusiveStartKey: { pk: { S: 'p' }, sk: { S: 'd' } },
        ExpressionAttributeNames: { '#0': 'pk', '#1': 'sk', '#2': 'status' },
        ExpressionAttributeValues: { ':0': { S: 'p' }, ':1': { S: 'a' }, ':2': { S: 'x' } },
      },
    ]);
  });

  it('a range that can only be empty is not asked for', async () => {
    const { mock, table } = mocked();
    expect(await table.query({ pk: 'p', to: 'b', after: 'c' })).toEqual({ rows: [] });
    expect(mock.calls()).toEqual([]);
  });

  it('a put, an update and a delete ask for the row as it was, also when their condition fails', async () => {
    const { mock, table, inputs } = mocked();
    mock.on(PutCommand).resolves({}).on(UpdateCommand).resolves({}).on(DeleteCommand).resolves({});
    await table.write({ put: { ...key, n: 1 }, if: { is: 'absent' } });
    await table.write({ update: key, set: { a: 1 }, remove: ['b'], add: { c: 2 }, if: { is: 'present' } });
    await table.write({ delete: key });
    const names = { '#0': 'a', '#1': 'b', '#2': 'c', '#3': 'pk' };
    expect(inputs()).toEqual([
      {
        TableName,
        Item: { ...key, n: 1 },
        ConditionExpression: 'attribute_not_exists(#0)',
        ExpressionAttributeNames: { '#0': 'pk' },
        ReturnValues: 'ALL_OLD',
        ...RETURN_OLD,
      },
      {
        TableName,
        Key: key,
        UpdateExpression: 'SET #0 = :0 REMOVE #1 ADD #2 :1',
        ConditionExpression: 'attribute_exists(#3)',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ':0': 1, ':1': 2 },
        ReturnValues: 'ALL_OLD',
        ...RETURN_OLD,
      },
      { TableName, Key: key, ReturnValues: 'ALL_OLD', ...RETURN_OLD },
    ]);
  });

  it('a check alone is a strong read', async () => {
    const { mock, table, inputs } = mocked();
    mock.on(GetCommand).resolves({ Item: key });
    expect(await table.write({ check: key, if: { is: 'absent' } })).toEqual({ ok: false, before: key });
    expect(inputs()).toEqual([{ TableName, Key: key, ConsistentRead: true }]);
  });

  it('a transaction carries its token, and every part asks for the row that it fails on', async () => {
    const { mock, table, inputs } = mocked();
    mock.on(TransactWriteCommand).resolves({});
    const writes: Write[] = [{ put: key }, { delete: key }, { check: key, if: { is: 'present' } }];
    expect(await table.transact(writes, 'token')).toEqual({ outcome: 'committed' });
    const shared = { TableName, ...RETURN_OLD };
    expect(inputs()).toEqual([
      {
        ClientRequestToken: 'token',
        TransactItems: [
          { Put: { ...shared, Item: key } },
          { Delete: { ...shared, Key: key } },
          {
            ConditionCheck: {
              ...shared,
              Key: key,
              ConditionExpression: 'attribute_exists(#0)',
              ExpressionAttributeNames: { '#0': 'pk' },
            },
          },
        ],
      },
    ]);
  });
});

describe('how a transaction ended', () => {
  const ending = async (error: Error) => {
    const { mock, table } = mocked();
    mock.on(TransactWriteCommand).rejects(error);
    return table.transact([{ put: key }, { put: { ...key, sk: 't' } }], 'token');
  };
  const conditionFailed = {
    Code: 'ConditionalCheckFailed',
    Item: { pk: { S: 'p' }, sk: { S: 's' }, n: { N: '5' } },
  };

  it('a failed condition is returned by its place, with its row', async () => {
    expect(await ending(canceled({ Code: 'None' }, conditionFailed))).toEqual({
      outcome: 'refused',
      failed: new Map([[1, { ...key, n: 5 }]]),
    });
  });

  it('a failed condition goes before a conflict', async () => {
    expect(
      await ending(canceled({ Code: 'TransactionConflict' }, { Code: 'ConditionalCheckFailed' })),
    ).toEqual({
      outcome: 'refused',
      failed: new Map([[1, undefined]]),
    });
  });

  it.each(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'])(
    '%s on a row is a conflict',
    async (Code) => {
      expect(await ending(canceled({ Code: 'None' }, { Code }))).toEqual({ outcome: 'conflict' });
    },
  );

  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'])(
    '%s is a conflict, but unknown where an earlier try may have gone unanswered',
    async (name) => {
      expect(await ending(named(name, { $metadata: { attempts: 1 } }))).toEqual({ outcome: 'conflict' });
      expect(await ending(named(name, { $metadata: { attempts: 2 } }))).toEqual({ outcome: 'unknown' });
    },
  );

  it.each<[string, Error]>([
    ['a time-out', named('TimeoutError')],
    ['a lost line', named('Error', { code: 'ECONNRESET' })],
    ['no line', named('Error', { code: 'ECONNREFUSED' })],
    ['a server error', named('InternalServerError', { $metadata: { httpStatusCode: 500 } })],
    ['a server that is away', named('ServiceUnavailable', { $metadata: { httpStatusCode: 503 } })],
    ['an earlier try that is still running', named('TransactionInProgressException')],
  ])('%s leaves it unknown', async (_, error) => {
    expect(await ending(error)).toEqual({ outcome: 'unknown' });
  });

  it.each<[string, Error]>([
    ['a request that is wrong', named('ValidationException', { $metadata: { httpStatusCode: 400 } })],
    ['a part that is wrong', canceled({ Code: 'ValidationError' }, { Code: 'None' })],
    [
      'a part that is wrong beside a conflict',
      canceled({ Code: 'ValidationError' }, { Code: 'TransactionConflict' }),
    ],
    ['a token of another transaction', named('IdempotentParameterMismatchException')],
    ['a missing right', named('AccessDeniedException', { $metadata: { httpStatusCode: 400 } })],
    ['a cancellation without reasons', canceled()],
  ])('%s throws', async (_, error) => {
    await expect(ending(error)).rejects.toBe(error);
  });
});

describe('a single write', () => {
  it.each(['TransactionConflictException', 'ProvisionedThroughputExceededException', 'ThrottlingException'])(
    'that meets a %s is tried again until it succeeds',
    async (name) => {
      const { mock, clock, table } = mocked();
      mock.on(PutCommand).rejectsOnce(named(name)).rejectsOnce(named(name)).resolves({ Attributes: key });
      const written = table.write({ put: key });
      await clock.advance(200);
      expect(await written).toEqual({ ok: true, before: key });
      expect(mock.calls()).toHaveLength(3);
    },
  );

  it('gives up after 3 s', async () => {
    const { mock, clock, table } = mocked();
    const error = named('TransactionConflictException');
    mock.on(PutCommand).rejects(error);
    const written = expect(table.write({ put: key })).rejects.toMatchObject({
      code: 'unavailable',
      cause: error,
    });
    await clock.advance(2_900);
    const calls = mock.calls().length;
    await clock.advance(300);
    await written;
    expect(mock.calls().length).toBeGreaterThan(calls);
    // Waits grow up to 100 ms, so it asks tens of times and not thousands.
    expect(mock.calls().length).toBeLessThan(120);
  });

  it.each(['TimeoutError', 'ValidationException', 'InternalServerError'])(
    'that meets a %s throws at once',
    async (name) => {
      const { mock, table } = mocked();
      mock.on(PutCommand).rejects(named(name));
      await expect(table.write({ put: key })).rejects.toThrow(name);
      expect(mock.calls()).toHaveLength(1);
    },
  );

  it('whose condition failed returns the row, whatever is in it', async () => {
    const { mock, table } = mocked();
    const Item = {
      pk: { S: 'p' },
      sk: { S: 's' },
      list: { L: [{ N: '1.5' }, { BOOL: false }, { NULL: true }, { M: { '': { S: '' } } }] },
    };
    mock.on(DeleteCommand).rejects(named('ConditionalCheckFailedException', { Item }));
    expect(await table.write({ delete: key, if: { is: 'absent' } })).toEqual({
      ok: false,
      before: { ...key, list: [1.5, false, null, { '': '' }] },
    });
  });
});

describe('reading rows together', () => {
  it('is one transaction, each key once', async () => {
    const { mock, table, inputs } = mocked();
    mock.on(TransactGetCommand).resolves({ Responses: [{ Item: key }, {}] });
    expect(await table.getTogether([key, { pk: 'p', sk: 'x' }, key])).toEqual([key, undefined, key]);
    const gets = [{ Get: { TableName, Key: key } }, { Get: { TableName, Key: { pk: 'p', sk: 'x' } } }];
    expect(inputs()).toEqual([{ TransactItems: gets }]);
  });

  it('is tried again after a conflict, and not after anything else', async () => {
    const { mock, clock, table } = mocked();
    mock
      .on(TransactGetCommand)
      .rejectsOnce(canceled({ Code: 'TransactionConflict' }))
      .resolvesOnce({ Responses: [{ Item: key }] })
      .rejects(canceled({ Code: 'ValidationError' }));
    const read = table.getTogether([key]);
    await clock.advance(50);
    expect(await read).toEqual([key]);
    await expect(table.getTogether([key])).rejects.toThrow(TransactionCanceledException);
    expect(mock.calls()).toHaveLength(3);
  });
});

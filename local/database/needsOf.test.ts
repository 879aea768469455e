import { describe, expect, test } from 'vitest';
import { actionsOf, needsOf } from './needsOf.ts';

const keys = [
  { AttributeName: 'sk', KeyType: 'RANGE' },
  { AttributeName: 'pk', KeyType: 'HASH' },
] as const;
const row = (pk: string) => ({ pk: { S: pk }, sk: { S: 'x' }, other: { N: '1' } });
const resource = 'arn:aws:dynamodb:us-east-1:000000000000:table/Rows';
const need = (action: string, ...leading: string[]) => ({
  action: `dynamodb:${action}`,
  resource,
  ...(leading.length > 0 && { context: { 'dynamodb:LeadingKeys': leading } }),
});
const needs = (operation: string, input: Record<string, unknown>) => needsOf(operation, input, { keys });
const TableName = 'Rows';

describe('what a request to DynamoDB needs', () => {
  test.each(['GetItem', 'UpdateItem', 'DeleteItem'])('%s: itself, on the row of its key', (operation) => {
    expect(needs(operation, { TableName, Key: row('A#1') })).toEqual([need(operation, 'A#1')]);
    expect(actionsOf(operation)).toEqual([`dynamodb:${operation}`]);
  });

  test('PutItem: the row that it writes', () => {
    expect(needs('PutItem', { TableName, Item: row('A') })).toEqual([need('PutItem', 'A')]);
  });

  test('a transaction: each of its parts, and nothing of its own', () => {
    const TransactItems = [
      { Put: { TableName, Item: row('A') } },
      { Update: { TableName, Key: row('B') } },
      { Delete: { TableName, Key: row('C') } },
      { ConditionCheck: { TableName, Key: row('D') } },
    ];
    const all = [
      need('PutItem', 'A'),
      need('UpdateItem', 'B'),
      need('DeleteItem', 'C'),
      need('ConditionCheckItem', 'D'),
    ];
    expect(needs('TransactWriteItems', { TransactItems })).toEqual(all);
    expect(new Set(actionsOf('TransactWriteItems'))).toEqual(new Set(all.map(({ action }) => action)));
    const gets = [{ Get: { TableName, Key: row('A') } }, { Get: { TableName, Key: row('B') } }];
    expect(needs('TransactGetItems', { TransactItems: gets })).toEqual([
      need('GetItem', 'A'),
      need('GetItem', 'B'),
    ]);
    expect(actionsOf('TransactGetItems')).toEqual(['dynamodb:GetItem']);
  });

  test('a batch: an action of its own, on all of its rows', () => {
    expect(needs('BatchGetItem', { RequestItems: { Rows: { Keys: [row('A'), row('B')] } } })).toEqual([
      need('BatchGetItem', 'A', 'B'),
    ]);
    const writes = [{ PutRequest: { Item: row('A') } }, { DeleteRequest: { Key: row('B') } }];
    expect(needs('BatchWriteItem', { RequestItems: { Rows: writes } })).toEqual([
      need('BatchWriteItem', 'A', 'B'),
    ]);
  });

  test.each([
    ['pk = :p AND sk > :s', {}],
    ['(#k = :p) AND begins_with(sk, :s)', { '#k': 'pk' }],
    ['sk = :s AND #k=:p', { '#k': 'pk', '#s': 'sk' }],
  ])('a query with %s: the partition that it reads', (KeyConditionExpression, ExpressionAttributeNames) => {
    const ExpressionAttributeValues = { ':p': { S: 'A#1' }, ':s': { S: 'x' } };
    const input = { TableName, KeyConditionExpression, ExpressionAttributeNames, ExpressionAttributeValues };
    expect(needs('Query', input)).toEqual([need('Query', 'A#1')]);
  });

  test('a query whose partition is not found is no request that could be judged', () => {
    const ExpressionAttributeValues = { ':s': { S: 'x' } };
    const input = { TableName, KeyConditionExpression: 'sk = :s', ExpressionAttributeValues };
    expect(() => needs('Query', input)).toThrow('partition');
  });

  test('a scan: no row, and other operations the table, or no resource', () => {
    expect(needs('Scan', { TableName })).toEqual([need('Scan')]);
    expect(needs('ListTables', {})).toEqual([{ action: 'dynamodb:ListTables', resource: '*' }]);
    const other = needs('DescribeTable', { TableName: 'arn:aws:dynamodb:eu-west-1:1:table/Other' });
    expect(other).toMatchObject([{ resource: 'arn:aws:dynamodb:eu-west-1:1:table/Other' }]);
  });
});

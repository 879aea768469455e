import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Key, Page, Range, Row, Table, Write, WriteOutcome } from '../../core/ports.ts';
import { again, type RetryParts, retry } from '../../core/retry.ts';
import { holds } from '../condition.ts';
import { rangeStart } from '../range.ts';
import { failedCondition, isConflict, isReadConflict, isThrottle, transactFault } from './fault.ts';
import { type Item, toRow } from './item.ts';
import { deleteRequest, keyItem, putRequest, queryRequest, transactItem, updateRequest } from './request.ts';

export interface DynamoTableParts extends RetryParts {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/**
 * A DynamoDB table with the string keys `pk` and `sk`. All reads are strongly consistent.
 *
 * A single write that meets a transaction on its row, and whatever is throttled, is tried again until the
 * deadline and then throws `unavailable`. It also throws when no answer came: unlike a transaction it has no token, and the SDK may have
 * sent it twice by then, so what must be counted exactly belongs in a transaction.
 */
export function dynamoTable(parts: DynamoTableParts): Table {
  const { client, tableName } = parts;
  const persistently = <T>(isTransient: (error: unknown) => boolean, step: () => Promise<T>): Promise<T> =>
    retry(parts, () =>
      step().catch((error: unknown) => {
        if (isTransient(error)) return again(error);
        throw error;
      }),
    );

  return {
    get: (key) => persistently(isThrottle, () => readRow(client, tableName, key)),
    getTogether: (keys) => persistently(isBusyReading, () => readTogether(client, tableName, keys)),
    query: (range) => persistently(isThrottle, () => readPage(client, tableName, range)),
    async write(write) {
      if ('check' in write) {
        const row = await persistently(isThrottle, () => readRow(client, tableName, write.check));
        return outcome(holds(write.if, row), row);
      }
      try {
        return outcome(true, await persistently(isContention, () => sendWrite(client, tableName, write)));
      } catch (error) {
        const failed = failedCondition(error);
        if (failed) return { ok: false, ...failed };
        throw error;
      }
    },
    async transact(writes, token) {
      const TransactItems = writes.map((write) => transactItem(write, tableName));
      try {
        await client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: token }));
        return { outcome: 'committed' };
      } catch (error) {
        return transactFault(error);
      }
    },
    until: (deadline) => dynamoTable({ ...parts, deadline }),
  };
}

const isContention = (error: unknown): boolean => isConflict(error) || isThrottle(error);

const isBusyReading = (error: unknown): boolean => isReadConflict(error) || isThrottle(error);

const outcome = (ok: boolean, before: Row | undefined): WriteOutcome => (before ? { ok, before } : { ok });

const asRow = (item: Item | undefined): Row | undefined => item && toRow(item);

async function readRow(client: DynamoDBClient, TableName: string, key: Key): Promise<Row | undefined> {
  const Key = keyItem(key);
  return asRow((await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item);
}

async function readTogether(client: DynamoDBClient, TableName: string, keys: readonly Key[]) {
  if (keys.length === 0) return [];
  const nameOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);
  // DynamoDB refuses a key that stands twice.
  const distinct = new Map(keys.map((key) => [nameOf(key), keyItem(key)]));
  const TransactItems = [...distinct.values()].map((Key) => ({ Get: { TableName, Key } }));
  const { Responses = [] } = await client.send(new TransactGetItemsCommand({ TransactItems }));
  const rows = new Map([...distinct.keys()].map((name, index) => [name, asRow(Responses[index]?.Item)]));
  return keys.map((key) => rows.get(nameOf(key)));
}

async function readPage(client: DynamoDBClient, tableName: string, range: Range): Promise<Page> {
  const start = rangeStart(range);
  if ('none' in start) return { rows: [] };
  const query = new QueryCommand(queryRequest(range, tableName, start.after));
  const { Items = [], LastEvaluatedKey } = await client.send(query);
  const rows = Items.map(toRow);
  return LastEvaluatedKey ? { rows, next: String(LastEvaluatedKey.sk?.S) } : { rows };
}

/** The row as it was before. */
async function sendWrite(
  client: DynamoDBClient,
  tableName: string,
  write: Exclude<Write, { readonly check: unknown }>,
): Promise<Row | undefined> {
  const ReturnValues = 'ALL_OLD';
  if ('put' in write) {
    return asRow(
      (await client.send(new PutItemCommand({ ...putRequest(write, tableName), ReturnValues }))).Attributes,
    );
  }
  if ('update' in write) {
    const update = new UpdateItemCommand({ ...updateRequest(write, tableName), ReturnValues });
    return asRow((await client.send(update)).Attributes);
  }
  const remove = new DeleteItemCommand({ ...deleteRequest(write, tableName), ReturnValues });
  return asRow((await client.send(remove)).Attributes);
}

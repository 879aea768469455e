import { QueryCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactGetCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Key, Page, Range, Row, Table, Write, WriteOutcome } from '../../core/ports.ts';
import { again, type RetryParts, retry } from '../../core/retry.ts';
import { holds } from '../condition.ts';
import { rangeStart } from '../range.ts';
import { failedCondition, isConflict, isReadConflict, isThrottle, transactFault } from './fault.ts';
import { readItem } from './readItem.ts';
import { deleteRequest, putRequest, queryRequest, transactItem, updateRequest } from './request.ts';
import { readStoredRow } from './storedNames.ts';

export interface DynamoTableParts extends RetryParts {
  readonly client: DynamoDBDocumentClient;
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
        await client.send(new TransactWriteCommand({ TransactItems, ClientRequestToken: token }));
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

// What is in the table was written through this port, so its rows are rows.
const asRow = (item: Record<string, unknown> | undefined): Row | undefined =>
  item && readStoredRow(item as Row);

async function readRow(
  client: DynamoDBDocumentClient,
  TableName: string,
  key: Key,
): Promise<Row | undefined> {
  const Key = { pk: key.pk, sk: key.sk };
  return asRow((await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item);
}

async function readTogether(client: DynamoDBDocumentClient, TableName: string, keys: readonly Key[]) {
  if (keys.length === 0) return [];
  const nameOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);
  // DynamoDB refuses a key that stands twice.
  const distinct = new Map(keys.map(({ pk, sk }) => [nameOf({ pk, sk }), { pk, sk }]));
  const TransactItems = [...distinct.values()].map((Key) => ({ Get: { TableName, Key } }));
  const { Responses = [] } = await client.send(new TransactGetCommand({ TransactItems }));
  const rows = new Map([...distinct.keys()].map((name, index) => [name, asRow(Responses[index]?.Item)]));
  return keys.map((key) => rows.get(nameOf(key)));
}

async function readPage(client: DynamoDBDocumentClient, tableName: string, range: Range): Promise<Page> {
  const start = rangeStart(range);
  if ('none' in start) return { rows: [] };
  // The command of the client itself: a document client's makes each answer anew, row by row, before it is read.
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand(queryRequest(range, tableName, start.after)),
  );
  const rows = Items.map((item) => readItem(item, range.pk));
  return LastEvaluatedKey ? { rows, next: String(LastEvaluatedKey.sk?.S) } : { rows };
}

/** The row as it was before. */
async function sendWrite(
  client: DynamoDBDocumentClient,
  tableName: string,
  write: Exclude<Write, { readonly check: unknown }>,
): Promise<Row | undefined> {
  const ReturnValues = 'ALL_OLD';
  if ('put' in write) {
    return asRow(
      (await client.send(new PutCommand({ ...putRequest(write, tableName), ReturnValues }))).Attributes,
    );
  }
  if ('update' in write) {
    const update = new UpdateCommand({ ...updateRequest(write, tableName), ReturnValues });
    return asRow((await client.send(update)).Attributes);
  }
  const remove = new DeleteCommand({ ...deleteRequest(write, tableName), ReturnValues });
  return asRow((await client.send(remove)).Attributes);
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchWriteCommand, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb';
import { keys, slotPrefix } from '../../core/keys.ts';
import type { DataOf } from '../../core/owner.ts';
import type { Clock, Key, Row } from '../../core/ports.ts';

interface TableParts {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** Every row of a table, its key and these attributes of it: what users wrote stays in the table. */
export async function* allRowsOf(
  { client, tableName }: TableParts,
  attributes: readonly string[],
): AsyncGenerator<Row> {
  const names = Object.fromEntries(['pk', 'sk', ...attributes].map((name, at) => [`#n${at}`, name]));
  const input = {
    TableName: tableName,
    ConsistentRead: true,
    ProjectionExpression: Object.keys(names).join(),
    ExpressionAttributeNames: names,
  };
  for await (const { Items = [] } of paginateScan({ client }, input)) yield* Items as Row[];
}

/** How many connections a user holds a slot for: open ones, and those that are about to be. */
export async function openConnections(
  { client, tableName }: TableParts,
  { tenant, userId }: Required<DataOf>,
  now: number,
): Promise<number> {
  const input = {
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :user AND begins_with(sk, :slot)',
    ExpressionAttributeValues: { ':user': keys.userPartition(tenant, userId), ':slot': slotPrefix },
  };
  let count = 0;
  for await (const { Items = [] } of paginateQuery({ client }, input))
    count += Items.filter(({ leaseExpiresAt }) => Number(leaseExpiresAt) > now).length;
  return count;
}

/** Deletes rows, at most so many write units a second: the rest of what the table can do is its users'. */
export function remover(
  { client, tableName }: TableParts,
  { unitsPerSecond, clock }: { readonly unitsPerSecond: number; readonly clock: Clock },
): (keys: readonly Key[]) => Promise<void> {
  let nextAt = 0;
  return async (rows) => {
    let requests = rows.map((key) => ({ DeleteRequest: { Key: { pk: key.pk, sk: key.sk } } }));
    for (let round = 0; requests.length > 0; round++) {
      const waitMs = nextAt - clock.now();
      if (waitMs > 0) await clock.wait(waitMs);
      const { UnprocessedItems = {}, ConsumedCapacity = [] } = await client.send(
        new BatchWriteCommand({ RequestItems: { [tableName]: requests }, ReturnConsumedCapacity: 'TOTAL' }),
      );
      const units = ConsumedCapacity[0]?.CapacityUnits ?? requests.length;
      requests = (UnprocessedItems[tableName] ?? []) as typeof requests;
      // What DynamoDB left undone it was too busy for.
      const pauseMs = requests.length > 0 ? Math.min(5_000, 100 * 2 ** round) : 0;
      nextAt = clock.now() + Math.max((units / unitsPerSecond) * 1000, pauseMs);
    }
  };
}

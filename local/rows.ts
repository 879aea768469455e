import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Row, Table } from '../core/ports.ts';
import type { TableDescription } from './readStack.ts';

/** The rows as the local stack itself looks at them, past the functions and past what is counted. */
export interface Rows {
  /** Rows by kind: the part of the partition key before the first `#`. */
  countByKind(): Promise<Record<string, number>>;
  /** Deletes rows whose time to live is over, which no local engine does. Resolves to how many. */
  sweep(nowMs: number): Promise<number>;
  close(): void;
}

/** Makes the table as the template defines it, unless a kept one is there, and looks at its rows. */
export async function openRows(endpoint: string, table: TableDescription): Promise<Rows> {
  // Loaded here: memory mode goes without the SDK.
  const sdk = await import('@aws-sdk/client-dynamodb');
  const client = new sdk.DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    await client.send(
      new sdk.CreateTableCommand({
        TableName: table.name,
        KeySchema: [...table.keys],
        AttributeDefinitions: [...table.attributes],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  } catch (error) {
    if (!(error instanceof sdk.ResourceInUseException)) throw error;
  }
  await sdk.waitUntilTableExists({ client, maxWaitTime: 20, minDelay: 1 }, { TableName: table.name });

  const keyNames = table.keys.map(({ AttributeName }) => AttributeName);
  const partitionKey = keyNames[0] ?? '';

  return {
    async countByKind() {
      const kinds = count();
      for await (const item of scan(sdk, client, {
        TableName: table.name,
        ProjectionExpression: '#pk',
        ExpressionAttributeNames: { '#pk': partitionKey },
        ConsistentRead: true,
      })) {
        kinds.add(item[partitionKey]?.S ?? '');
      }
      return kinds.result();
    },
    async sweep(nowMs) {
      if (table.ttlAttribute === undefined) return 0;
      let swept = 0;
      const expired = { '#ttl': table.ttlAttribute };
      const now = { ':now': { N: String(Math.floor(nowMs / 1_000)) } };
      for await (const item of scan(sdk, client, {
        TableName: table.name,
        FilterExpression: '#ttl < :now',
        ExpressionAttributeNames: expired,
        ExpressionAttributeValues: now,
      })) {
        const Key = Object.fromEntries(keyNames.flatMap((name) => (item[name] ? [[name, item[name]]] : [])));
        try {
          // A row that was written anew since the scan has another time to live.
          await client.send(
            new sdk.DeleteItemCommand({
              TableName: table.name,
              Key,
              ConditionExpression: '#ttl < :now',
              ExpressionAttributeNames: expired,
              ExpressionAttributeValues: now,
            }),
          );
          swept += 1;
        } catch (error) {
          if (!(error instanceof sdk.ConditionalCheckFailedException)) throw error;
        }
      }
      return swept;
    },
    close: () => client.destroy(),
  };
}

type Sdk = typeof import('@aws-sdk/client-dynamodb');
type ScanInput = ConstructorParameters<Sdk['ScanCommand']>[0];

async function* scan(sdk: Sdk, client: DynamoDBClient, input: ScanInput) {
  for await (const { Items = [] } of sdk.paginateScan({ client }, input)) yield* Items;
}

/** The same for the memory table. */
export function memoryRows(table: Table & { dump(): Row[] }, ttlAttribute: string | undefined): Rows {
  return {
    async countByKind() {
      const kinds = count();
      for (const { pk } of table.dump()) kinds.add(pk);
      return kinds.result();
    },
    async sweep(nowMs) {
      if (ttlAttribute === undefined) return 0;
      const now = Math.floor(nowMs / 1_000);
      let swept = 0;
      for (const row of table.dump()) {
        const ttl = row[ttlAttribute];
        if (typeof ttl !== 'number' || ttl >= now) continue;
        const { ok } = await table.write({
          delete: { pk: row.pk, sk: row.sk },
          if: { is: 'below', attribute: ttlAttribute, value: now },
        });
        if (ok) swept += 1;
      }
      return swept;
    },
    close: () => {},
  };
}

function count() {
  const kinds = new Map<string, number>();
  return {
    add(partition: string) {
      const kind = partition.replace(/#.*$/, '');
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    },
    result: () => Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Key, Row, Table } from '../../core/ports.ts';
import { developer } from '../rights/credentials.ts';
import type { TableDescription } from '../template/readStack.ts';

export interface Entry extends Key {
  readonly state: string | undefined;
}

/** Who a connection is of, as its row says. */
export interface Person {
  readonly tenant: string;
  readonly userId: string;
  readonly roles: readonly string[];
  readonly clients: readonly string[];
  readonly isOpen: boolean;
}

/** The rows as the local stack itself reads them, without the functions, and without being counted. */
export interface Rows {
  /** Every row, as far as it is looked at here. */
  all(): AsyncIterable<Entry>;
  /** Who has, or had a moment ago, a connection: one entry for each. */
  people(): AsyncIterable<Person>;
  /** Deletes expired rows, which no local engine does. Resolves to how many. */
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
    credentials: developer,
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

  return {
    async *all() {
      const names = Object.fromEntries([...keyNames, 'state'].map((name, at) => [`#n${at}`, name]));
      for await (const item of scan(sdk, client, {
        TableName: table.name,
        ProjectionExpression: Object.keys(names).join(),
        ExpressionAttributeNames: names,
        ConsistentRead: true,
      })) {
        const [pk = '', sk = ''] = keyNames.map((name) => item[name]?.S);
        yield { pk, sk, state: item.state?.S };
      }
    },
    async *people() {
      const names = Object.fromEntries(personNames.map((name, at) => [`#n${at}`, name]));
      for await (const item of scan(sdk, client, {
        TableName: table.name,
        FilterExpression: 'attribute_exists(#n0) AND attribute_exists(#n1) AND attribute_exists(#n2)',
        ProjectionExpression: Object.keys(names).join(),
        ExpressionAttributeNames: names,
        ConsistentRead: true,
      })) {
        const textsOf = (name: string) => item[name]?.L?.map(({ S = '' }) => S);
        yield toPerson((name) => item[name]?.S ?? textsOf(name));
      }
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
        // A row that was written anew since the scan has another time to live.
        const deleted = client.send(
          new sdk.DeleteItemCommand({
            TableName: table.name,
            Key,
            ConditionExpression: '#ttl < :now',
            ExpressionAttributeNames: expired,
            ExpressionAttributeValues: now,
          }),
        );
        if (await unlessRefused(sdk, deleted)) swept += 1;
      }
      return swept;
    },
    close: () => client.destroy(),
  };
}

/** No other row than a connection's has the first three. */
const personNames = ['tenant', 'userId', 'roles', 'clients', 'state'] as const;

function toPerson(read: (name: (typeof personNames)[number]) => unknown): Person {
  const list = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return {
    tenant: String(read('tenant')),
    userId: String(read('userId')),
    roles: list(read('roles')),
    clients: list(read('clients')),
    isOpen: read('state') === 'open',
  };
}

type Sdk = typeof import('@aws-sdk/client-dynamodb');
type ScanInput = ConstructorParameters<Sdk['ScanCommand']>[0];

async function* scan(sdk: Sdk, client: DynamoDBClient, input: ScanInput) {
  for await (const { Items = [] } of sdk.paginateScan({ client }, input)) yield* Items;
}

/** Resolves to whether a conditional write was made. */
async function unlessRefused(sdk: Sdk, write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof sdk.ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** The same for the memory table. */
export function memoryRows(table: Table & { dump(): Row[] }, ttlAttribute: string | undefined): Rows {
  return {
    async *all() {
      for (const { pk, sk, state } of table.dump()) {
        yield { pk, sk, state: typeof state === 'string' ? state : undefined };
      }
    },
    async *people() {
      for (const row of table.dump()) {
        if (personNames.slice(0, 3).every((name) => name in row)) yield toPerson((name) => row[name]);
      }
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

/** Rows by kind: the part of the partition key before the first `#`. */
export async function countByKind(rows: Pick<Rows, 'all'>): Promise<Record<string, number>> {
  const kinds = new Map<string, number>();
  for await (const { pk } of rows.all()) {
    const kind = pk.replace(/#.*$/, '');
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1)));
}

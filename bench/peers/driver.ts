import { pool } from '../../test/load/pool.ts';
import { awsSettings } from '../awsSettings.ts';

/** What a peer is asked to do, in a process of its own: the same of each of them. */
export interface Driver {
  /** What `CreateTable` takes, of each of its tables. */
  readonly tables: readonly object[];
  /** Opens a connection and does whatever it takes until it gets the topic's events. */
  subscribe(connectionId: string): Promise<void>;
  /** Sends one event to all who subscribed. Resolves when all that it set in motion is over. */
  publish(): Promise<void>;
  /** What happens after a socket has closed. */
  disconnect(connectionId: string): Promise<void>;
}

export type Order =
  | { readonly do: 'subscribe'; readonly connectionIds: readonly string[] }
  | { readonly do: 'publish' }
  | { readonly do: 'disconnect'; readonly connectionId: string };

export interface Done {
  readonly cpuMs: number;
  readonly ms: number;
  /** Why it failed, if it did. */
  readonly failed?: string;
}

/** Where a driver finds the database and the management API. Of all drivers alike. */
export interface Places {
  readonly database: string;
  readonly posts: string;
}

export const places = (): Places => {
  const [database = '', posts = ''] = process.argv.slice(2);
  return { database, posts };
};

const atOnce = 16;

/** Makes its tables, and then does what it is told, one after the other, until its parent leaves. */
export async function drive(driver: Driver): Promise<void> {
  for (const table of driver.tables) await createTable(table);
  const run = async (order: Order): Promise<unknown> => {
    if (order.do === 'subscribe') return pool(order.connectionIds, atOnce, driver.subscribe);
    return order.do === 'publish' ? driver.publish() : driver.disconnect(order.connectionId);
  };
  process.on('message', async (order: Order) => {
    const [cpu, began] = [process.cpuUsage(), performance.now()];
    const failed = await run(order).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
    );
    const { user, system } = process.cpuUsage(cpu);
    const done: Done = {
      cpuMs: (user + system) / 1000,
      ms: performance.now() - began,
      ...(failed !== undefined && { failed }),
    };
    process.send?.(done);
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

async function createTable(input: object): Promise<void> {
  const answer = await fetch(places().database, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.CreateTable',
      // The engine wants a signature, and takes any.
      authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${awsSettings.region}/dynamodb/aws4_request, SignedHeaders=host, Signature=local`,
      'x-amz-date': '20260101T000000Z',
    },
    body: JSON.stringify({ BillingMode: 'PAY_PER_REQUEST', ...input }),
  });
  if (!answer.ok) throw new Error(`CreateTable was answered with ${answer.status}: ${await answer.text()}`);
}

/** `CreateTable`'s words for a table with these keys, all of them strings. */
export function tableOf(
  TableName: string,
  hash: string,
  range?: string,
  indexes: Readonly<Record<string, string>> = {},
): object {
  const keyed = [hash, ...(range === undefined ? [] : [range])];
  const key = (AttributeName: string, at: number) => ({
    AttributeName,
    KeyType: at === 0 ? 'HASH' : 'RANGE',
  });
  const names = [...new Set([...keyed, ...Object.values(indexes)])];
  const GlobalSecondaryIndexes = Object.entries(indexes).map(([IndexName, name]) => ({
    IndexName,
    KeySchema: [key(name, 0)],
    Projection: { ProjectionType: 'ALL' },
  }));
  return {
    TableName,
    KeySchema: keyed.map(key),
    AttributeDefinitions: names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    ...(GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes }),
  };
}

/** An event of a WebSocket API as AWS sends it: packages that keep its context keep all of it. */
export function socketEvent(
  connectionId: string,
  routeKey: '$connect' | '$default' | '$disconnect',
  message?: object,
): object {
  const eventType = { $connect: 'CONNECT', $default: 'MESSAGE', $disconnect: 'DISCONNECT' }[routeKey];
  const now = Date.now();
  return {
    headers: {},
    requestContext: {
      ...{ routeKey, eventType, messageDirection: 'IN', stage: 'dev', connectionId },
      ...{
        messageId: 'bench-message-1=',
        extendedRequestId: 'bench-request-1=',
        requestId: 'bench-request-1=',
      },
      ...{ requestTime: '01/Jan/2026:00:00:00 +0000', requestTimeEpoch: now, connectedAt: now },
      ...{ identity: { sourceIp: '192.0.2.1' }, apiId: 'benchbench' },
      domainName: 'benchbench.execute-api.eu-west-1.amazonaws.com',
    },
    isBase64Encoded: false,
    body: message === undefined ? null : JSON.stringify(message),
  };
}

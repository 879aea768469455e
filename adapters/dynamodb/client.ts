import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

export interface DynamoSettings {
  /** Where the database answers, if not at the region's own address (a local engine). */
  readonly endpoint?: string;
  readonly region?: string;
  /** @default the SDK's own search: in a function, the role's */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/**
 * A client as this project uses it: connections kept open, and a lost one noticed within a second or three
 * and not after the minutes that the SDK grants by default, since a person waits behind every call. Make one
 * an execution environment.
 */
export function dynamoClient(settings: DynamoSettings = {}): DynamoDBDocumentClient {
  // No `cacheMiddleware`: with it, a document client sends the first command of each kind again and again.
  const client = new DynamoDBClient({
    ...settings,
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: 1_000,
      requestTimeout: 3_000,
      throwOnRequestTimeout: true,
      httpsAgent: { keepAlive: true, maxSockets: 64 },
      httpAgent: { keepAlive: true, maxSockets: 64 },
    },
  });
  return DynamoDBDocumentClient.from(client);
}

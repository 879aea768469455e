import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { requestsWithin } from '../requests.ts';
import { rowProtocol } from './protocol.ts';

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

/** A client as this project uses it. Make one an execution environment. */
export function dynamoClient(settings: DynamoSettings = {}): DynamoDBDocumentClient {
  // No `cacheMiddleware`: with it, a document client sends the first command of each kind again and again.
  const client = new DynamoDBClient({
    ...settings,
    maxAttempts: 3,
    protocol: rowProtocol,
    protocolSettings: {},
    requestHandler: requestsWithin(3_000),
  });
  // It copies what was asked and answered, field by field by the service's schema, for a logger that this project never gives it.
  client.middlewareStack.remove('loggerMiddleware');
  // The trace by which Lambda finds functions that call themselves, which does not look at DynamoDB:
  // https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
  client.middlewareStack.remove('recursionDetectionMiddleware');
  return DynamoDBDocumentClient.from(client);
}

import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { chooseEngine, type Engine } from '../../local/database/engine.ts';

/** A local engine takes any credentials, but the SDK signs nothing without some. */
export const ENGINE_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
export const ENGINE_REGION = 'eu-west-1';

/**
 * The DynamoDB engine that `AWS_ENDPOINT_URL_DYNAMODB` names, or a fresh one that keeps nothing. `undefined`, with a
 * printed sentence, where neither is there.
 */
export async function startEngine(): Promise<(Engine & { readonly endpoint: string }) | undefined> {
  const external = process.env.AWS_ENDPOINT_URL_DYNAMODB;
  const engine = await chooseEngine({ memory: false, external, log: console.error })();
  return engine.endpoint === undefined ? undefined : { ...engine, endpoint: engine.endpoint };
}

/** A table with the keys that this project uses. Resolves when it can be written to. */
export async function createTable(endpoint: string, tableName: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint, region: ENGINE_REGION, credentials: ENGINE_CREDENTIALS });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName: tableName });
  } finally {
    client.destroy();
  }
}

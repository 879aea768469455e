import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { audienceOf } from '../../core/delivery/audience.ts';
import { keys } from '../../core/keys.ts';
import { createTable, startEngine } from '../../test/support/dynamoEngine.ts';
import { awsSettings } from '../awsSettings.ts';
import { engineRuntime, tableName } from '../engineRuntime.ts';
import { answer } from '../inProcess.ts';
import type { AudienceVariant } from './audience.ts';

const [variant] = process.argv.slice(2) as [AudienceVariant];
const subscribers = 5_000;
const reads = { warmUp: 5, counted: 20 };
const topic = { kind: 'room', id: 'lobby' };

const engine = await startEngine();
if (!engine) throw new Error('There is no DynamoDB engine for this machine.');
await createTable(engine.endpoint, tableName);
const { runtime } = engineRuntime({ database: engine.endpoint });
const ttl = Math.ceil(Date.now() / 1000) + 3_600;
/** As many as a transaction takes. */
const atOnce = 100;
for (let from = 0; from < subscribers; from += atOnce) {
  const rows = Array.from({ length: atOnce }, (_, n) => ({
    put: { ...keys.subscriber('bench', topic, `user-${from + n}`, `connection-${from + n}=`), ttl },
  }));
  await runtime.table.transact(rows, `rows-${from}`);
}

const ways: Record<AudienceVariant, () => Promise<readonly unknown[]>> = {
  tidings: () => audienceOf(runtime, 'bench', topic),
  async 'Query of whole rows'() {
    const client = DynamoDBDocumentClient.from(
      new DynamoDBClient({ ...awsSettings, endpoint: engine.endpoint }),
    );
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': keys.subscribers('bench', topic) },
        ConsistentRead: true,
      },
    );
    const found = new Set<unknown>();
    for await (const { Items = [] } of pages) for (const { sk } of Items) found.add(sk);
    return [...found];
  },
};

async function read(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    const found = await ways[variant]();
    if (found.length !== subscribers) throw new Error(`${found.length} of ${subscribers} were found`);
  }
}

await read(reads.warmUp);
const before = process.cpuUsage();
await read(reads.counted);
const { user, system } = process.cpuUsage(before);
await engine.stop();
answer((user + system) / 1000 / (reads.counted * (subscribers / 1000)));

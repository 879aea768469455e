import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { BatchWriteItemCommand, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { anybody, localAws } from '../../../packages/cli/src/localStack.ts';
import { catchUp } from '../compare.ts';
import { gatherCrowd } from '../crowd.ts';
import { plenty, withStack } from '../laneRun.ts';
import { localApiOf } from '../localApi.ts';
import { pool } from '../pool.ts';
import { createPublisher } from '../publisher.ts';
import { alsoWrong, type Drill, duringTraffic, judge, moreEvents, tidings, unless } from './drill.ts';

/**
 * The table is brought back to an earlier time, under clients that are further. Each of them takes the state of then for
 * each of its topics, once, and has all that is published from then on.
 */
export const restore: Drill = ({ seed, log }) =>
  withStack({ quotas: plenty }, async ({ urls }) => {
    const crowd = await gatherCrowd({ urls, sockets: 40, seed, log, connectsPerSecond: 50 });
    const table = await tableOf(urls.httpUrl);
    try {
      await duringTraffic(crowd, () => moreEvents(crowd, 40));
      const rows = await table.copy();
      await duringTraffic(crowd, () => moreEvents(crowd, 60));
      const before = await judge(crowd);
      log(`the table goes back to ${rows.length} rows, ${crowd.followers.length} clients stay connected`);
      await table.replace(rows);
      await tidings('restored', '--url', urls.httpUrl, '--yes');

      const person = { user: 'publisher', tenant: crowd.tenant, roles: ['msp', 'service'] } as const;
      const token = await localApiOf(urls).token(person);
      // Under other names: those of before are remembered by the rows of before.
      const later = { ...crowd, publisher: createPublisher(urls, token, 'later') };
      await duringTraffic(later, () => moreEvents(later, 20));
      await catchUp(crowd.followers);
      await duringTraffic(later, () => moreEvents(later, 60));
      const resets = crowd.followers.reduce((sum, { logs }) => sum + logs.size, 0);
      return alsoWrong(
        await judge(later, { resets }),
        ...before.wrong,
        ...unless({
          'connections that were lost': [
            crowd.followers.filter(({ figures }) => figures.opened > 1).length,
            0,
          ],
        }),
      );
    } finally {
      table.close();
      crowd.stop();
    }
  });

type Item = Record<string, AttributeValue>;

/** All rows of a stack's table, as a restore brings them back. */
async function tableOf(url: string) {
  const { dynamodb, tableName, region } = await localAws(url);
  if (dynamodb === undefined)
    throw new Error('a restore needs a DynamoDB engine: set AWS_ENDPOINT_URL_DYNAMODB');
  const client = new DynamoDBClient({ endpoint: dynamodb, region, credentials: anybody });
  const write = (requests: readonly object[]) => {
    const batches = Array.from({ length: Math.ceil(requests.length / 25) }, (_, n) =>
      requests.slice(25 * n, 25 * n + 25),
    );
    return pool(batches, 4, (batch) =>
      client.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: [...batch] } })),
    );
  };
  const copy = async (): Promise<Item[]> => {
    const items: Item[] = [];
    for await (const { Items = [] } of paginateScan(
      { client },
      { TableName: tableName, ConsistentRead: true },
    ))
      items.push(...Items);
    return items;
  };
  return {
    copy,
    async replace(rows: readonly Item[]) {
      await write((await copy()).map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })));
      await write(rows.map((Item) => ({ PutRequest: { Item } })));
    },
    close: () => client.destroy(),
  };
}

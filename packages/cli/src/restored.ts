import { randomUUID } from 'node:crypto';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Command } from './command.ts';
import { awsFailure } from './deployed/awsFailure.ts';
import { stackOptions } from './deployed/deployedStack.ts';
import { Failed } from './failures.ts';
import { operatedStack } from './operatedStack.ts';
import { readWords } from './readWords.ts';
import { httpUrl } from './server.ts';

const options = { ...stackOptions, url: { type: 'string' }, yes: { type: 'boolean' } } as const;

/**
 * After a restore the heads of topics are where they were, in epochs that go on. Clients that are further would take
 * the next events for some that they have. In a new epoch they ask for the state.
 */
export const restored: Command = {
  async run(words, { env, print }) {
    const { values } = readWords(words, options);
    const stack = await operatedStack(values, httpUrl(values, env));
    const isLocal = values.stage === undefined && values.stack === undefined;
    if (isLocal && stack.dynamodb.endpoint === undefined)
      throw new Failed(`${stack.name} keeps its rows in memory, where nothing is restored`);
    const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
    const client = new DynamoDBClient(stack.dynamodb);
    const table = { client, tableName: stack.tableName };
    try {
      let topics = 0;
      for await (const heads of headsOf(table)) {
        topics += heads.length;
        if (values.yes) await Promise.all(heads.map((head) => beginEpoch(table, head)));
      }
      print(JSON.stringify({ table: stack.tableName, topics, ...(values.yes ? {} : { wouldBegin: true }) }));
    } catch (error) {
      throw awsFailure(error, `begin new epochs in ${stack.name}`, stack.place);
    } finally {
      client.destroy();
    }
  },
};

interface Table {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}
type Item = Record<string, AttributeValue>;

const atOnce = 25;

/** The rows that say where topics stand (`core/keys.ts`), some at a time. */
async function* headsOf({ client, tableName }: Table): AsyncIterable<Item[]> {
  const { paginateScan } = await import('@aws-sdk/client-dynamodb');
  const input = {
    TableName: tableName,
    ConsistentRead: true,
    FilterExpression: 'begins_with(pk, :head)',
    ExpressionAttributeValues: { ':head': { S: 'HEAD#' } },
    ProjectionExpression: 'pk, sk, epoch',
  };
  for await (const { Items = [] } of paginateScan({ client }, input)) {
    for (let from = 0; from < Items.length; from += atOnce) yield Items.slice(from, from + atOnce);
  }
}

/** A collection finds what changed by its time, so that becomes now. */
async function beginEpoch({ client, tableName }: Table, { pk, sk, epoch }: Item): Promise<void> {
  const { UpdateItemCommand, ConditionalCheckFailedException } = await import('@aws-sdk/client-dynamodb');
  if (!pk || !sk || !epoch) return;
  const update = new UpdateItemCommand({
    TableName: tableName,
    Key: { pk, sk },
    UpdateExpression: 'SET epoch = :next, updatedAt = :now',
    // One that is gone meanwhile, or began anew, is well as it is.
    ConditionExpression: 'epoch = :before',
    ExpressionAttributeValues: {
      ':before': epoch,
      ':next': { S: randomUUID() },
      ':now': { N: String(Date.now()) },
    },
  });
  await client.send(update).catch((error: unknown) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  });
}

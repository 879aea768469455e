import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { localClock } from '../clock.ts';
import { type DatabaseServer, openDatabaseServer } from '../database/databaseServer.ts';
import { faultBox } from '../faults.ts';
import { freezer } from '../functions/freezer.ts';
import { type AwsServer, openAwsServer } from '../services/awsServer.ts';
import { eventBus } from '../services/eventBus.ts';
import { localQueues } from '../services/sqs.ts';
import { callers } from './callers.ts';
import { type Credentials, developer, keyring } from './credentials.ts';
import { rightsUsed } from './rightsUsed.ts';
import { readStatement, type Statement } from './statement.ts';

const account = '000000000000';
const tableArn = `arn:aws:dynamodb:us-east-1:${account}:table/Rows`;
const user = `arn:aws:sts::${account}:assumed-role/WorkRole/Work`;
const sentence = (action: string, resource: string) =>
  `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

const clock = localClock();
const keys = keyring();
const workKey = keys.issue('Work', freezer());
let lines: string[] = [];
const who = callers({ keys, used: rightsUsed(undefined), log: (line) => lines.push(line) });
const allow = (Action: string, Resource: string, Condition = {}) =>
  readStatement({ Effect: 'Allow', Action, Resource, Condition }, 'Policy', (value) => value);
who.use({
  functions: [
    {
      ...{ id: 'Work', arn: '', entry: 'work.ts', features: '', env: {}, timeoutMs: 1, memoryMb: 1 },
      role: {
        name: 'WorkRole',
        statements: [
          ...allow('dynamodb:PutItem', tableArn),
          ...allow('dynamodb:UpdateItem', tableArn, {
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'A#*' },
          }),
          ...allow('sqs:SendMessage', `arn:aws:sqs:us-east-1:${account}:Mine`),
          ...allow('events:PutEvents', '*', { StringEquals: { 'events:source': 'mine' } }),
        ],
      },
    },
  ],
  needsOfLambda: [],
});

/** In the place of an engine: what came through to it. */
const passed: { authorization: string | undefined; body: string }[] = [];
const engine = createServer(async (request, response) => {
  passed.push({ authorization: request.headers.authorization, body: await text(request) });
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
});

let aws: AwsServer;
let database: DatabaseServer;
beforeAll(async () => {
  const queues = localQueues(clock);
  const described = { visibilityTimeoutMs: 1, delayMs: 0, retentionMs: 60_000 };
  queues.define(['Mine', 'Other'].map((name) => ({ ...described, name, arn: `arn:aws:sqs:x:y:${name}` })));
  const bus = eventBus({ clock, invoke: async () => null, log: () => {} });
  aws = await openAwsServer({ queues, bus, callers: who });
  const table = {
    name: 'Rows',
    keys: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
    attributes: [],
  };
  engine.listen(0, '127.0.0.1');
  await once(engine, 'listening');
  database = await openDatabaseServer({
    engine: `http://127.0.0.1:${(engine.address() as AddressInfo).port}`,
    faults: faultBox(),
    table,
    callers: who,
  });
});
afterAll(async () => {
  await Promise.all([aws.close(), database.close()]);
  engine.close();
  clock.stop();
});
beforeEach(() => {
  lines = [];
  passed.length = 0;
});

const client = <Client>(
  Sdk: new (settings: object) => Client,
  endpoint: string,
  credentials: Credentials = workKey,
) => new Sdk({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
const send = (queue: string, credentials?: Credentials) =>
  client(SQSClient, aws.endpoint, credentials).send(
    new SendMessageCommand({ QueueUrl: aws.queueUrl(queue), MessageBody: 'x' }),
  );
const put = (sources: readonly string[], credentials?: Credentials) =>
  client(EventBridgeClient, aws.endpoint, credentials).send(
    new PutEventsCommand({ Entries: sources.map((Source) => ({ Source, DetailType: 'd', Detail: '{}' })) }),
  );
const get = (credentials?: Credentials) =>
  client(DynamoDBClient, database.endpoint, credentials).send(
    new GetItemCommand({ TableName: 'Rows', Key: { pk: { S: 'A' } } }),
  );

const update = (pk: string) =>
  client(DynamoDBClient, database.endpoint).send(
    new UpdateItemCommand({ TableName: 'Rows', Key: { pk: { S: pk } } }),
  );

describe('what a role does not allow is refused as AWS refuses it', () => {
  test('by DynamoDB, with 400', async () => {
    await expect(get()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: sentence('dynamodb:GetItem', tableArn),
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    });
    expect(lines).toEqual([
      `AccessDenied: work.ts may not dynamodb:GetItem on ${tableArn}: no policy of its role allows it.`,
    ]);
    expect(passed).toEqual([]);
  });

  test('by DynamoDB on another row than the condition names; what holds comes through whole', async () => {
    await expect(update('B#1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(passed).toEqual([]);
    await update('A#1');
    expect(passed.map(({ body }) => JSON.parse(body))).toEqual([
      { TableName: 'Rows', Key: { pk: { S: 'A#1' } } },
    ]);
  });

  test('and an engine that keeps a database for each key sees one key', async () => {
    const row = { TableName: 'Rows', Item: { pk: { S: 'A' } } };
    await client(DynamoDBClient, database.endpoint).send(new PutItemCommand(row));
    await get(developer);
    expect(passed.map(({ authorization = '' }) => /Credential=(\w+)\//.exec(authorization)?.[1])).toEqual([
      'local',
      'local',
    ]);
  });

  test('by DynamoDB for a part of a transaction, as the whole of it', async () => {
    const write = { TableName: 'Rows', Key: { pk: { S: 'A' } } };
    const both = [{ Put: { TableName: 'Rows', Item: write.Key } }, { Delete: write }];
    const asked = client(DynamoDBClient, database.endpoint).send(
      new TransactWriteItemsCommand({ TransactItems: both }),
    );
    await expect(asked).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: sentence('dynamodb:DeleteItem', tableArn),
    });
  });

  test('by SQS, with 403, a code of its older protocol and the action in small letters', async () => {
    await send('Mine');
    const resource = `arn:aws:sqs:us-east-1:${account}:Other`;
    const denied = {
      name: 'AccessDenied',
      Code: 'AccessDenied',
      Type: 'Sender',
      message: sentence('sqs:sendmessage', resource),
      $metadata: { httpStatusCode: 403 },
    };
    await expect(send('Other')).rejects.toMatchObject(denied);
    expect(lines).toEqual([expect.stringContaining(`work.ts may not sqs:SendMessage on ${resource}`)]);
    const batch = { QueueUrl: aws.queueUrl('Other'), Entries: [{ Id: 'a', MessageBody: 'x' }] };
    const sent = client(SQSClient, aws.endpoint).send(new SendMessageBatchCommand(batch));
    await expect(sent).rejects.toMatchObject(denied);
  });

  test('by EventBridge, with 400, if one of the events is not allowed', async () => {
    await put(['mine']);
    const resource = `arn:aws:events:us-east-1:${account}:event-bus/default`;
    await expect(put(['mine', 'other'])).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: sentence('events:PutEvents', resource),
      $metadata: { httpStatusCode: 400 },
    });
    expect(lines).toEqual([expect.stringContaining(`on ${resource}`)]);
    expect(lines[0]).toContain('on a condition of events:source, which does not hold.');
  });

  test('and the developer may do all, with whatever key that is no function’s', async () => {
    await send('Other', { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' });
    await send('Other', developer);
    await put(['other'], developer);
    await get(developer);
    expect(passed).toHaveLength(1);
    expect(lines).toEqual([]);
  });
});

test('other roles take the place of those that were', async () => {
  const keysOfOwn = keyring();
  const own = callers({ keys: keysOfOwn, used: rightsUsed(undefined), log: () => {} });
  const headersOf = Object.fromEntries(
    ['A', 'B', 'C'].map((id) => {
      const { accessKeyId, sessionToken } = keysOfOwn.issue(id, freezer());
      return [id, { authorization: `Credential=${accessKeyId}/`, 'x-amz-security-token': sessionToken }];
    }),
  );
  const queue = `arn:aws:sqs:us-east-1:${account}:Mine`;
  const may = async (id: string) =>
    (await own.of(headersOf[id] ?? {}))?.mayAlways(['sqs:SendMessage'], queue);
  const fn = (id: string, statements: Statement[]) => ({
    ...{ id, arn: '', entry: 'work.ts', features: '', env: {}, timeoutMs: 1, memoryMb: 1 },
    role: { name: 'Role', statements },
  });
  own.use({ functions: [fn('A', allow('sqs:*', queue)), fn('B', [])], needsOfLambda: [] });
  expect(await Promise.all([may('A'), may('B'), may('C')])).toEqual([true, false, undefined]);
  own.use({ functions: [fn('A', []), fn('C', allow('sqs:*', queue))], needsOfLambda: [] });
  expect(await Promise.all([may('A'), may('B'), may('C')])).toEqual([false, undefined, true]);
});

describe('a key of a function', () => {
  const { sessionToken: _, ...withoutToken } = workKey;
  const thrownAway = freezer();
  const strange: Credentials[] = [
    { ...workKey, sessionToken: 'x' },
    withoutToken,
    keys.issue('Work', thrownAway),
  ];
  thrownAway.end();

  test('whose session token is missing or another one, or whose environment is gone, is refused by every service', async () => {
    const message = 'The security token included in the request is invalid.';
    const unknown = (name: string, httpStatusCode: number) => ({
      ...{ name, message, $metadata: { httpStatusCode } },
    });
    for (const credentials of strange) {
      await expect(get(credentials)).rejects.toMatchObject(unknown('UnrecognizedClientException', 400));
      await expect(put(['mine'], credentials)).rejects.toMatchObject(
        unknown('UnrecognizedClientException', 400),
      );
      await expect(send('Mine', credentials)).rejects.toMatchObject(unknown('InvalidClientTokenId', 403));
    }
  });

  test('of an environment that is frozen waits until it runs, and counts for nothing if its caller has left', async () => {
    const environment = freezer();
    const key = keys.issue('Work', environment);
    environment.freeze();
    const before = passed.length;
    const put = (Item: string, abortSignal?: AbortSignal) =>
      client(DynamoDBClient, database.endpoint, key).send(
        new PutItemCommand({ TableName: 'Rows', Item: { pk: { S: Item } } }),
        { ...(abortSignal ? { abortSignal } : {}) },
      );
    const left = new AbortController();
    const leaving = put('left', left.signal);
    const waiting = put('waiting');
    // Another one's, sent after these, is served before them.
    await client(DynamoDBClient, database.endpoint).send(
      new PutItemCommand({ TableName: 'Rows', Item: { pk: { S: 'running' } } }),
    );
    left.abort();
    await expect(leaving).rejects.toThrow();
    await send('Mine');
    environment.thaw();
    await waiting;
    const names = passed.slice(before).map(({ body }) => /left|waiting|running/.exec(body)?.[0]);
    expect(names).toEqual(['running', 'waiting']);
  });

  test('is asked for: a request without any key is refused', async () => {
    for (const [endpoint, target, status] of [
      [database.endpoint, 'DynamoDB_20120810.GetItem', 400],
      [aws.endpoint, 'AmazonSQS.SendMessage', 403],
      [aws.endpoint, 'AWSEvents.PutEvents', 400],
    ] as const) {
      const answer = await fetch(endpoint, {
        method: 'POST',
        headers: { 'x-amz-target': target },
        body: '{}',
      });
      expect(answer.status).toBe(status);
      expect(await answer.text()).toContain('MissingAuthenticationToken');
    }
  });
});

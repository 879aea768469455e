import {
  BatchEntryIdsNotDistinct,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LocalClock, localClock } from '../clock.ts';
import { callers } from '../rights/callers.ts';
import { keyring } from '../rights/credentials.ts';
import { rightsUsed } from '../rights/rightsUsed.ts';
import type { QueueDescription } from '../template/readMappings.ts';
import { type AwsServer, openAwsServer } from './awsServer.ts';
import { eventBus } from './eventBus.ts';
import { type LocalQueues, localQueues } from './sqs.ts';

let clock: LocalClock;
let queues: LocalQueues;
let server: AwsServer;
let sqs: SQSClient;
let QueueUrl: string;

const described = (name: string, more: Partial<QueueDescription> = {}): QueueDescription => ({
  name,
  arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
  visibilityTimeoutMs: 30_000,
  delayMs: 0,
  retentionMs: 4 * 24 * 3_600_000,
  ...more,
});

beforeEach(async () => {
  clock = localClock();
  queues = localQueues(clock);
  queues.define([
    described('Work', { deadLetter: { queue: 'Dead', maxReceives: 2 } }),
    described('Dead', { retentionMs: 14 * 24 * 3_600_000 }),
  ]);
  server = await openAwsServer({
    queues,
    bus: eventBus({ clock, invoke: async () => null, log: () => {} }),
    callers: callers({ keys: keyring(), used: rightsUsed(undefined), log: () => {} }),
  });
  QueueUrl = server.queueUrl('Work');
  sqs = new SQSClient({
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  sqs.destroy();
  await server.close();
  clock.stop();
});

const send = (MessageBody: string, DelaySeconds?: number) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds }));
const receive = async (name = 'Work') => {
  const answer = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: server.queueUrl(name), MaxNumberOfMessages: 10 }),
  );
  return answer.Messages ?? [];
};
const bodies = async (name?: string) => (await receive(name)).map(({ Body }) => Body);

describe('the local SQS', () => {
  test("takes and hands out messages as the SDK expects, down to the body's MD5", async () => {
    const { MessageId, MD5OfMessageBody } = await send('Grüße');
    expect(MD5OfMessageBody).toBe('49c5f675b49037b6044b803ac9d1a6d7');
    const [message, second] = await receive();
    expect(message).toMatchObject({ MessageId, Body: 'Grüße' });
    expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
    expect(second).toBeUndefined();
  });

  test('a message that was received is hidden until its time-out, and then comes again', async () => {
    await send('a');
    expect(await bodies()).toEqual(['a']);
    await clock.advance(29_000);
    expect(await bodies()).toEqual([]);
    await clock.advance(1_001);
    const [again] = await receive();
    expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  test('messages that were received are shown again before their time, several at once', async () => {
    await send('a');
    await send('b');
    const Entries = (await receive()).map(({ MessageId: Id, ReceiptHandle }) => ({
      ...{ Id, ReceiptHandle },
      VisibilityTimeout: 0,
    }));
    const shown = await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    expect(shown.Successful).toHaveLength(2);
    expect((await bodies()).toSorted()).toEqual(['a', 'b']);
  });

  test('a message that was deleted never comes again', async () => {
    await send('a');
    const [message] = await receive();
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    await clock.advance(60_000);
    expect(await bodies()).toEqual([]);
  });

  test('a delayed message comes when its delay is over', async () => {
    await send('later', 60);
    expect(await bodies()).toEqual([]);
    await clock.advance(59_000);
    expect(await bodies()).toEqual([]);
    await clock.advance(1_001);
    expect(await bodies()).toEqual(['later']);
  });

  test('a delay above 15 minutes is refused', async () => {
    await expect(send('a', 901)).rejects.toThrow('DelaySeconds');
  });

  test('a message that was received as often as allowed goes to the dead letters', async () => {
    await send('poison');
    for (const _time of [1, 2]) {
      expect(await bodies()).toEqual(['poison']);
      await clock.advance(30_001);
    }
    expect(await bodies()).toEqual([]);
    expect(await bodies('Dead')).toEqual(['poison']);
  });

  test('a message that outlives the retention is gone', async () => {
    await send('old');
    await clock.advance(4 * 24 * 3_600_000 + 1);
    expect(await bodies()).toEqual([]);
  });

  test('what nobody receives is forgotten after the retention, so that dead letters do not pile up', async () => {
    const dead = queues.get('Dead');
    dead?.send('old');
    await clock.advance(14 * 24 * 3_600_000 + 1);
    dead?.send('new');
    expect(dead?.counts().visible).toBe(1);
    expect(await bodies('Dead')).toEqual(['new']);
  });

  test('a batch is taken as a whole, or refused as a whole', async () => {
    const Entries = ['a', 'b'].map((text) => ({ Id: text, MessageBody: text }));
    const { Successful = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(Successful.map(({ Id }) => Id)).toEqual(['a', 'b']);
    const twice = new SendMessageBatchCommand({
      QueueUrl,
      Entries: [...Entries, { Id: 'a', MessageBody: 'c' }],
    });
    await expect(sqs.send(twice)).rejects.toBeInstanceOf(BatchEntryIdsNotDistinct);
    expect(await bodies()).toEqual(['a', 'b']);
  });

  test('a queue is found by its name, and one that does not exist is told as such', async () => {
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'Work' }))).QueueUrl).toBe(QueueUrl);
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'None' }))).rejects.toBeInstanceOf(
      QueueDoesNotExist,
    );
  });
});

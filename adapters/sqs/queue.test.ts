import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { queueContract } from '../queue.contract.ts';
import { sqsQueue } from './queue.ts';

const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/deliveries';

function mocked() {
  const client = new SQSClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  const batches = () => mock.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input);
  return { mock, batches, queue: sqsQueue({ client, queueUrl }) };
}

describe('the SQS queue', () => {
  queueContract((clock) => {
    const { mock, queue } = mocked();
    let entries: { dueAtMs: number; text: string }[] = [];
    const accept = ({ MessageBody = '', DelaySeconds = 0 }: SendMessageBatchRequestEntry) => {
      entries.push({ dueAtMs: clock.now() + DelaySeconds * 1_000, text: MessageBody });
    };
    mock.on(SendMessageBatchCommand).callsFake(({ Entries = [] }) => {
      Entries.forEach(accept);
      return { Successful: [] };
    });
    const receive = () => {
      const due = entries.filter(({ dueAtMs }) => dueAtMs <= clock.now());
      entries = entries.filter((entry) => !due.includes(entry));
      return due.map(({ text }) => JSON.parse(text));
    };
    return { queue, receive };
  });
});

describe('what is sent to SQS', () => {
  it('a batch names the queue and holds each body as JSON, with no delay where none is meant', async () => {
    const { mock, batches, queue } = mocked();
    mock.on(SendMessageBatchCommand).resolves({});
    await queue.send([{ a: 1 }, 'b']);
    expect(batches()).toEqual([
      {
        QueueUrl: queueUrl,
        Entries: [
          { Id: '0', MessageBody: '{"a":1}' },
          { Id: '1', MessageBody: '"b"' },
        ],
      },
    ]);
  });

  it('a delay is in whole seconds, on every entry', async () => {
    const { mock, batches, queue } = mocked();
    mock.on(SendMessageBatchCommand).resolves({});
    await queue.send([1, 2], 1_500);
    expect(batches()[0]?.Entries?.map(({ DelaySeconds }) => DelaySeconds)).toEqual([2, 2]);
  });

  it('a batch has at most ten entries and 256 KB', async () => {
    const { mock, batches, queue } = mocked();
    mock.on(SendMessageBatchCommand).resolves({});
    await queue.send(Array.from({ length: 21 }, (_, n) => n));
    expect(batches().map(({ Entries = [] }) => Entries.length)).toEqual([10, 10, 1]);
    mock.resetHistory();
    await queue.send(Array(5).fill('ü'.repeat(50 * 1024)));
    expect(batches().map(({ Entries = [] }) => Entries.length)).toEqual([2, 2, 1]);
  });

  it('what SQS refuses of a batch is sent once more, alone', async () => {
    const { mock, batches, queue } = mocked();
    const failed = { Id: '1', Code: 'InternalError', SenderFault: false };
    mock
      .on(SendMessageBatchCommand)
      .resolvesOnce({ Failed: [failed] })
      .resolves({});
    await queue.send(['a', 'b', 'c']);
    expect(batches().map(({ Entries = [] }) => Entries.map(({ MessageBody }) => MessageBody))).toEqual([
      ['"a"', '"b"', '"c"'],
      ['"b"'],
    ]);
  });

  it('what is refused twice throws, and the error holds no body', async () => {
    const { mock, batches, queue } = mocked();
    const failed = { Id: '0', Code: 'InternalError', SenderFault: false, Message: 'secret' };
    mock.on(SendMessageBatchCommand).resolves({ Failed: [failed] });
    await expect(queue.send(['secret', 'other'])).rejects.toThrow(
      /^SQS refused 1 of 2 messages: InternalError$/,
    );
    expect(batches()).toHaveLength(2);
  });
});

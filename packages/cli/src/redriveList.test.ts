import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import { arn, dead, redrive, sentOnce, url, withDeadLetters } from '../../../test/support/deadLetters.ts';

const { sqs, shown, received } = withDeadLetters();

test('a list says when and what kind, and nothing of what is in it, and shows it again', async () => {
  const unit = { kind: 'event', frame: '{"payload":{"body":"secret"}}', to: ['c1'], requestId: 'request-1' };
  received(dead, JSON.stringify(unit));
  const { code, lines, said } = await redrive('--list', '--queue', 'DeliveryDeadLetters');
  expect({ code, lines }).toEqual({
    code: 0,
    lines: [
      {
        queue: dead,
        id: 'm1',
        sentAt: '2025-10-09T08:53:20.000Z',
        receives: 6,
        kind: 'posts of one event',
        requestId: 'request-1',
      },
    ],
  });
  expect(said).not.toMatch(/secret|c1/);
  expect(shown()).toEqual([
    { QueueUrl: url(dead), Entries: [{ Id: '0', ReceiptHandle: 'handle', VisibilityTimeout: 0 }] },
  ]);
});

const published = {
  id: 'event-1',
  source: 'tidings',
  'detail-type': 'message.send',
  detail: { word: 'secret' },
};

test.each([
  [published, { kind: 'event message.send', requestId: 'event-1' }],
  [{ requestPayload: published }, { kind: 'event message.send', requestId: 'event-1' }],
  [
    { tenant: 'secret', id: 'job-1', requestId: 'request-2' },
    { kind: 'work', requestId: 'request-2' },
  ],
])('a list names the request of whatever has one, and an event by its own id', async (letter, listed) => {
  received(dead, JSON.stringify(letter));
  const { lines, said } = await redrive('--list', '--queue', 'DeliveryDeadLetters');
  expect(lines).toMatchObject([listed]);
  expect(said).not.toContain('secret');
});

test('messages are shown again ten at a time, and those whose time was over are listed too', async () => {
  const ids = Array.from({ length: 23 }, (_, at) => `m${at}`);
  const Messages = ids.map((id) => ({ MessageId: id, ReceiptHandle: id, Body: '{}', Attributes: sentOnce }));
  sqs
    .on(ReceiveMessageCommand, { QueueUrl: url(dead) })
    .resolvesOnce({ Messages })
    .resolves({});
  const over = ['MessageNotInflight', 'AWS.SimpleQueueService.MessageNotInflight', 'ReceiptHandleIsInvalid'];
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({
    Successful: [],
    Failed: over.map((Code, at) => ({ Id: String(at), Code, SenderFault: true })),
  });
  const { code, lines } = await redrive('--list', '--queue', dead);
  expect(code).toBe(0);
  expect(lines.map((line) => (line as { id: string }).id)).toEqual(ids);
  expect(shown().map(({ Entries }) => Entries?.length)).toEqual([10, 10, 3]);
});

test('a list that ends before the queue does says how many it does not have', async () => {
  let at = 0;
  sqs.on(ReceiveMessageCommand, { QueueUrl: url(dead) }).callsFake(() => ({
    Messages: Array.from({ length: 10 }, () => ({
      MessageId: `m${at++}`,
      ReceiptHandle: 'h',
      Attributes: sentOnce,
    })),
  }));
  sqs.on(GetQueueAttributesCommand, { QueueUrl: url(dead) }).resolves({
    Attributes: { QueueArn: arn(dead), ApproximateNumberOfMessages: '1200' },
  });
  const { lines } = await redrive('--list', '--queue', dead);
  expect(lines).toHaveLength(1_001);
  expect(lines.at(-1)).toEqual({ queue: dead, notListed: 200 });
});

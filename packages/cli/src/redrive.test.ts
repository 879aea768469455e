import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deployedStage } from '../../../test/support/deployedStage.ts';
import { mockedClient } from '../../../test/support/mockedClient.ts';
import { run } from './run.ts';

const [stacks, sqs, bus] = [
  mockedClient(CloudFormationClient),
  mockedClient(SQSClient),
  mockedClient(EventBridgeClient),
];
const queues = [
  'DeliveryQueue0A1B2C3D',
  'DeliveryDeadLetters0A1B2C3D',
  'EventBusApiDeadEvents0A1B2C3D',
  'OutgoingDead0A1B2C3D',
  'OrdersQueue0A1B2C3D',
  'OrdersDeadLetters0A1B2C3D',
];
const [work = '', dead = '', events = '', outgoing = '', orders = '', deadOrders = ''] = queues;
const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/1/${name}`;
const arn = (name: string) => `arn:aws:sqs:eu-west-1:1:${name}`;

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  stacks
    .on(DescribeStacksCommand)
    .resolves(deployedStage({ TableName: 'rows', EventBusName: 'Tidings-dev' }));
  stacks.on(ListStackResourcesCommand).resolves({
    StackResourceSummaries: queues.map((id) => ({
      LogicalResourceId: id,
      ResourceType: 'AWS::SQS::Queue',
      PhysicalResourceId: url(id),
      LastUpdatedTimestamp: new Date(0),
      ResourceStatus: 'CREATE_COMPLETE',
    })),
  });
  for (const [name, messages] of [
    [work, 7],
    [dead, 2],
    [events, 1],
    [outgoing, 1],
    [orders, 0],
    [deadOrders, 3],
  ] as const) {
    const target = { [work]: dead, [orders]: deadOrders }[name];
    const policy = target && { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn(target) }) };
    sqs.on(GetQueueAttributesCommand, { QueueUrl: url(name) }).resolves({
      Attributes: { QueueArn: arn(name), ApproximateNumberOfMessages: String(messages), ...policy },
    });
  }
  sqs.on(ReceiveMessageCommand).resolves({});
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({ Successful: [], Failed: [] });
});
afterEach(() => {
  for (const mock of [stacks, sqs, bus]) mock.reset();
  vi.unstubAllEnvs();
});

async function redrive(...words: string[]) {
  const lines: string[] = [];
  let complaint = '';
  const code = await run(['redrive', '--stage', 'dev', ...words], {
    env: {},
    stop: new AbortController().signal,
    print: (line) => lines.push(line),
    complain: (text) => {
      complaint = text;
    },
  });
  return { code, complaint, said: lines.join('\n'), lines: lines.map((line) => JSON.parse(line) as object) };
}

const sentOnce = { SentTimestamp: '1760000000000', ApproximateReceiveCount: '6' };
const shown = () =>
  sqs.commandCalls(ChangeMessageVisibilityBatchCommand).map(({ args: [{ input }] }) => input);

const received = (name: string, Body: string) =>
  sqs
    .on(ReceiveMessageCommand, { QueueUrl: url(name) })
    .resolvesOnce({
      Messages: [
        {
          MessageId: 'm1',
          ReceiptHandle: 'handle',
          Body,
          Attributes: sentOnce,
        },
      ],
    })
    .resolves({});

test('without --yes it says what it would do, and does nothing', async () => {
  const { code, lines } = await redrive();
  expect({ code, lines }).toEqual({
    code: 0,
    lines: [
      { queue: dead, messages: 2, to: 'queue', name: work, wouldSend: true },
      { queue: events, messages: 1, to: 'event bus', name: 'Tidings-dev', wouldSend: true },
      {
        queue: outgoing,
        messages: 1,
        to: 'nowhere',
        why: expect.stringContaining('stream'),
      },
    ],
  });
  const done = [StartMessageMoveTaskCommand, ReceiveMessageCommand].map((one) =>
    sqs.commandCalls(one as never),
  );
  expect([...done.flat(), ...bus.calls()]).toEqual([]);
});

test('with --yes SQS moves what came from a queue, back to where it came from', async () => {
  const { code, lines } = await redrive('--queue', 'DeliveryDeadLetters', '--yes');
  expect({ code, lines }).toEqual({
    code: 0,
    lines: [{ queue: dead, messages: 2, to: 'queue', name: work, sent: 2, left: 0 }],
  });
  expect(sqs.commandCalls(StartMessageMoveTaskCommand).map(({ args: [{ input }] }) => input)).toEqual([
    { SourceArn: arn(dead) },
  ]);
});

test.each([
  ['the bus', (event: object) => event],
  ['Lambda', (event: object) => ({ version: '1.0', requestContext: {}, requestPayload: event })],
])('an event that %s gave up is put on the bus again, and deleted only then', async (_, wrapped) => {
  const detail = { tenant: 't', ref: 'r', payload: {} };
  received(events, JSON.stringify(wrapped({ source: 'tidings', 'detail-type': 'message.send', detail })));
  bus.on(PutEventsCommand).callsFake(() => {
    expect(sqs.commandCalls(DeleteMessageCommand)).toEqual([]);
    return { FailedEntryCount: 0 };
  });
  const { lines } = await redrive('--queue', events, '--yes');
  expect(lines).toMatchObject([{ sent: 1 }]);
  expect(bus.commandCalls(PutEventsCommand)[0]?.args[0].input.Entries).toMatchObject([
    { EventBusName: 'Tidings-dev', DetailType: 'message.send', Detail: JSON.stringify(detail) },
  ]);
  expect(sqs.commandCalls(DeleteMessageCommand)).toHaveLength(1);
});

test('an event that the bus does not take stays where it is', async () => {
  received(events, JSON.stringify({ source: 'tidings', 'detail-type': 'message.send', detail: {} }));
  bus.on(PutEventsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  const { code, complaint } = await redrive('--queue', events, '--yes');
  expect(code).toBe(1);
  expect(complaint).toContain('the credentials lack a right');
  expect(sqs.commandCalls(DeleteMessageCommand)).toEqual([]);
});

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

test('one event that the bus refuses, and one that is none, do not keep the others, and end with 1', async () => {
  const bodies = ['bad', 'no event', 'good', 'good'];
  const Messages = bodies.map((word, at) => ({
    MessageId: `m${at}`,
    ReceiptHandle: `m${at}`,
    Body: JSON.stringify({ source: 'tidings', 'detail-type': 'message.send', detail: { word } }),
    ...(word === 'no event' && { Body: '{}' }),
  }));
  sqs
    .on(ReceiveMessageCommand, { QueueUrl: url(events) })
    .resolvesOnce({ Messages })
    .resolves({});
  sqs.on(GetQueueAttributesCommand, { QueueUrl: url(events) }).resolves({
    Attributes: { QueueArn: arn(events), ApproximateNumberOfMessages: '4' },
  });
  bus.on(PutEventsCommand).callsFake(({ Entries: [entry] }) => {
    const isBad = entry.Detail.includes('bad');
    return { FailedEntryCount: isBad ? 1 : 0, Entries: [isBad ? { ErrorCode: 'MalformedDetail' } : {}] };
  });
  const { code, complaint, lines } = await redrive('--queue', events, '--yes');
  expect({ code, lines }).toMatchObject({
    code: 1,
    lines: [{ sent: 2, refused: 1, notUnderstood: 1, left: 2, error: expect.stringContaining('Malformed') }],
  });
  expect(complaint).toContain(`2 in ${events}`);
  expect(sqs.commandCalls(DeleteMessageCommand).map(({ args: [{ input }] }) => input.ReceiptHandle)).toEqual([
    'm2',
    'm3',
  ]);
  expect(shown().flatMap(({ Entries }) => Entries?.map(({ ReceiptHandle }) => ReceiptHandle))).toEqual([
    'm0',
    'm1',
  ]);
});

test('a queue that fails does not keep the next, and what can go nowhere is left', async () => {
  sqs.on(StartMessageMoveTaskCommand).rejects(Object.assign(new Error('one runs'), { name: 'Conflict' }));
  received(events, JSON.stringify({ source: 'tidings', 'detail-type': 'message.send', detail: {} }));
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  const { code, lines } = await redrive('--yes');
  expect({ code, lines }).toMatchObject({
    code: 1,
    lines: [
      { queue: dead, sent: 0, left: 2, error: expect.stringContaining('one runs') },
      { queue: events, sent: 1, left: 0 },
      { queue: outgoing, sent: 0, left: 1 },
    ],
  });
});

test('queues of the team’s own in the stack are left alone, unless one is named', async () => {
  const { lines } = await redrive('--yes');
  expect(lines).not.toContainEqual(expect.objectContaining({ queue: deadOrders }));
  const moved = () =>
    sqs.commandCalls(StartMessageMoveTaskCommand).map(({ args: [{ input }] }) => input.SourceArn);
  expect(moved()).toEqual([arn(dead)]);
  await redrive('--yes', '--queue', 'OrdersDeadLetters');
  expect(moved()).toEqual([dead, deadOrders].map(arn));
});

test.each([
  [['--queue', 'DeliveryDeadLeters'], 'did you mean DeliveryDeadLetters?'],
  [['--list', '--yes'], 'not both'],
])('%j is not understood', async (words, named) => {
  const { code, complaint } = await redrive(...words);
  expect(code).toBe(2);
  expect(complaint).toContain(named);
});

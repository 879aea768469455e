import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { expect, test } from 'vitest';
import {
  arn,
  dead,
  deadOrders,
  events,
  outgoing,
  redrive,
  url,
  withDeadLetters,
  work,
} from '../../../test/support/deadLetters.ts';

const { sqs, bus, shown, received } = withDeadLetters();

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

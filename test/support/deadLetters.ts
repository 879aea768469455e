import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, vi } from 'vitest';
import { run } from '../../packages/cli/src/run.ts';
import { deployedStage } from './deployedStage.ts';
import { mockedClient } from './mockedClient.ts';

const queues = [
  'DeliveryQueue0A1B2C3D',
  'DeliveryDeadLetters0A1B2C3D',
  'EventBusApiDeadEvents0A1B2C3D',
  'OutgoingDead0A1B2C3D',
  'OrdersQueue0A1B2C3D',
  'OrdersDeadLetters0A1B2C3D',
];
export const [work = '', dead = '', events = '', outgoing = '', orders = '', deadOrders = ''] = queues;
export const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/1/${name}`;
export const arn = (name: string) => `arn:aws:sqs:eu-west-1:1:${name}`;

export const sentOnce = { SentTimestamp: '1760000000000', ApproximateReceiveCount: '6' };

/** A deployed stage whose queues hold this, for each test of a file. */
export function withDeadLetters() {
  const [stacks, sqs, bus] = [
    mockedClient(CloudFormationClient),
    mockedClient(SQSClient),
    mockedClient(EventBridgeClient),
  ];
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
  return {
    sqs,
    bus,
    /** What was shown again of what was looked at. */
    shown: () => sqs.commandCalls(ChangeMessageVisibilityBatchCommand).map(({ args: [{ input }] }) => input),
    /** The queue hands out one message, once. */
    received(name: string, Body: string) {
      const message = { MessageId: 'm1', ReceiptHandle: 'handle', Body, Attributes: sentOnce };
      sqs
        .on(ReceiveMessageCommand, { QueueUrl: url(name) })
        .resolvesOnce({ Messages: [message] })
        .resolves({});
    },
  };
}

/** Runs the command against that stage. */
export async function redrive(...words: string[]) {
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

import { isRecord } from '../http/httpJson.ts';
import type { Need } from '../rights/statement.ts';
import { busName } from '../template/readStack.ts';
import { arn } from '../template/template.ts';

type Input = Readonly<Record<string, unknown>>;

/**
 * What a request to SQS needs. A batch needs what its entries need:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
 */
export function needsOfSqs(operation: string, { QueueUrl, QueueName, SourceArn }: Input): Need[] {
  const name = typeof QueueUrl === 'string' ? QueueUrl.replace(/^.*\//, '') : QueueName;
  const resource =
    typeof SourceArn === 'string' ? SourceArn : typeof name === 'string' ? arn('sqs', name) : '*';
  return [{ action: `sqs:${operation.replace(/Batch$/, '')}`, resource }];
}

/**
 * What a request to EventBridge needs, each of its events for itself:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
export function needsOfPutEvents(operation: string, { Entries }: Input): Need[] {
  const action = `events:${operation}`;
  if (operation !== 'PutEvents') return [{ action, resource: '*' }];
  const entries = Array.isArray(Entries) ? Entries.filter(isRecord) : [];
  return entries.map(({ EventBusName, Source }) => ({
    action,
    resource: arn(
      'events',
      `event-bus/${busName(typeof EventBusName === 'string' ? EventBusName : undefined)}`,
    ),
    context: { 'events:source': [String(Source ?? '')] },
  }));
}

import type { SQSClient } from '@aws-sdk/client-sqs';
import { openEventBus } from '../doctor/eventBus.ts';
import type { OperatedStack } from '../operatedStack.ts';
import { type DeadLetterQueue, eventOf, receiveAll } from './deadLetters.ts';

/** Where a queue's dead letters can go. */
export type Destination =
  | { readonly to: 'queue'; readonly name: string }
  | { readonly to: 'event bus'; readonly name: string }
  | { readonly to: 'nowhere'; readonly why: string };

export function destinationOf(
  { name, source }: DeadLetterQueue,
  { eventBusName }: OperatedStack,
): Destination {
  if (source !== undefined) return { to: 'queue', name: source };
  if (/DeadEvents/.test(name)) return { to: 'event bus', name: eventBusName };
  const why =
    'they tell of a part of the table’s stream, which is kept for a day: docs/operating.md#dead-letters';
  return { to: 'nowhere', why };
}

/** @returns how many are on their way; for a queue SQS goes on by itself */
export async function sendBack(
  sqs: SQSClient,
  stack: OperatedStack,
  queue: DeadLetterQueue,
  destination: Destination,
): Promise<number> {
  if (destination.to === 'nowhere') return 0;
  if (destination.to === 'event bus') return publishAgain(sqs, stack, queue);
  const { StartMessageMoveTaskCommand } = await import('@aws-sdk/client-sqs');
  // Without a destination, each goes back to the queue that it came from.
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queue.arn }));
  return queue.messages;
}

/** Puts events on the bus again. If this program dies in between, one is there twice, and its `ref` makes it count once. */
async function publishAgain(sqs: SQSClient, stack: OperatedStack, queue: DeadLetterQueue): Promise<number> {
  const { DeleteMessageCommand } = await import('@aws-sdk/client-sqs');
  const { endpoint } = stack.aws;
  const bus = openEventBus({
    name: stack.eventBusName,
    ...stack.place,
    ...(endpoint !== undefined && { endpoint }),
  });
  let sent = 0;
  for await (const message of receiveAll(sqs, queue)) {
    const event = eventOf(message);
    if (!event) continue;
    await bus.put(event.action, event.detail as object);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle }));
    sent++;
  }
  return sent;
}

import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { awsFailure } from '../deployed/awsFailure.ts';
import { type EventBus, openEventBus } from '../deployed/eventBus.ts';
import { EventRefused, Failed } from '../failures.ts';
import type { OperatedStack } from '../operatedStack.ts';
import { type DeadLetterQueue, eventOf, receiveAll, showAgain } from './deadLetters.ts';

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

/** What became of a queue's dead letters. */
export interface SentBack {
  /** How many are on their way. */
  readonly sent: number;
  /** How many the event bus did not take. */
  readonly refused?: number;
  /** How many are no event of another service. */
  readonly notUnderstood?: number;
  /** How many are in the queue still; SQS counts a queue about right. */
  readonly left: number;
  /** Why, of the first. */
  readonly error?: string;
}

export async function sendBack(
  sqs: SQSClient,
  stack: OperatedStack,
  queue: DeadLetterQueue,
  destination: Destination,
): Promise<SentBack> {
  if (destination.to === 'nowhere') return { sent: 0, left: queue.messages };
  if (destination.to === 'event bus') {
    const bus = await openEventBus(stack.eventBusName, stack.aws);
    try {
      return await publishAgain(sqs, bus, queue);
    } finally {
      bus.close();
    }
  }
  const { StartMessageMoveTaskCommand } = await import('@aws-sdk/client-sqs');
  // Without a destination, each goes back to the queue that it came from, and SQS goes on by itself.
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queue.arn }));
  return { sent: queue.messages, left: 0 };
}

/** Puts events on the bus again. If this program dies in between, one is there twice, and its `ref` makes it count once. */
async function publishAgain(sqs: SQSClient, bus: EventBus, queue: DeadLetterQueue): Promise<SentBack> {
  const { DeleteMessageCommand } = await import('@aws-sdk/client-sqs');
  const kept: Message[] = [];
  const count = { sent: 0, refused: 0, notUnderstood: 0 };
  let error: string | undefined;
  for await (const message of receiveAll(sqs, queue)) {
    const event = eventOf(message);
    if (!event) {
      kept.push(message);
      count.notUnderstood++;
      continue;
    }
    try {
      await bus.put(event.action, event.detail as object);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle }));
      count.sent++;
    } catch (failure) {
      kept.push(message);
      const { message: sentence } =
        failure instanceof Failed ? failure : awsFailure(failure, 'delete an event');
      error ??= sentence;
      // Another event has no better chance where the bus, or the right, is missing.
      if (!(failure instanceof EventRefused)) break;
      count.refused++;
    }
  }
  await showAgain(sqs, queue, kept);
  const left = Math.max(kept.length, queue.messages - count.sent);
  return { ...count, left, ...(error !== undefined && { error }) };
}

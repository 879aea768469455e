import { createHash } from 'node:crypto';
import { isRecord } from '../http/httpJson.ts';
import type { LocalQueue, LocalQueues, MessageAttribute, Received } from './sqs.ts';

/** An error as the JSON protocols of AWS tell it. `queryCode`, of SQS, is the older name, which the SDKs show where it differs. */
export class ServiceError extends Error {
  readonly type: string;
  readonly queryCode: string;
  constructor(type: string, message: string, queryCode = type) {
    super(message);
    this.type = type;
    this.queryCode = queryCode;
  }
}

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const maxBytes = 1_048_576;
const maxDelaySeconds = 900;

type Input = Readonly<Record<string, unknown>>;

/**
 * Answers one request of SQS's JSON protocol (`X-Amz-Target: AmazonSQS.<action>`), as far as standard queues
 * need it. ReceiveMessage never waits: event sources here are woken and do not poll.
 *
 * @throws {ServiceError} as SQS would answer
 */
export function answerSqs(
  queues: LocalQueues,
  action: string,
  input: Input,
  urlOf: (name: string) => string,
): unknown {
  if (action === 'GetQueueUrl') return { QueueUrl: urlOf(named(queues, text(input, 'QueueName')).name) };
  if (action === 'StartMessageMoveTask') return moveBack(queues, text(input, 'SourceArn'));
  if (action === 'GetQueueAttributes') {
    return attributesOf(queues, named(queues, text(input, 'QueueUrl').replace(/^.*\//, '')));
  }
  const answer = actions[action];
  if (!answer) throw new ServiceError('UnsupportedOperation', `The local stack does not know ${action}.`);
  return answer(named(queues, text(input, 'QueueUrl').replace(/^.*\//, '')), input);
}

const actions: Readonly<Record<string, (queue: LocalQueue, input: Input) => unknown>> = {
  SendMessage: (queue, input) => send(queue, input),
  SendMessageBatch(queue, input) {
    const all = entries(input);
    const bytes = all.reduce((sum, entry) => sum + Buffer.byteLength(text(entry, 'MessageBody')), 0);
    if (bytes > maxBytes) {
      throw new ServiceError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${maxBytes} bytes.`,
      );
    }
    return { Successful: all.map((entry) => ({ Id: text(entry, 'Id'), ...send(queue, entry) })), Failed: [] };
  },
  ReceiveMessage(queue, input) {
    const seconds = input.VisibilityTimeout;
    const timeoutMs = seconds === undefined ? undefined : Number(seconds) * 1_000;
    const received = queue.receive(Number(input.MaxNumberOfMessages ?? 1), timeoutMs);
    return received.length > 0 ? { Messages: received.map(inSqsWords) } : {};
  },
  DeleteMessage(queue, input) {
    queue.delete(text(input, 'ReceiptHandle'));
    return {};
  },
  DeleteMessageBatch(queue, input) {
    const all = entries(input);
    for (const entry of all) queue.delete(text(entry, 'ReceiptHandle'));
    return { Successful: all.map((entry) => ({ Id: text(entry, 'Id') })), Failed: [] };
  },
  ChangeMessageVisibility(queue, input) {
    queue.changeVisibility(text(input, 'ReceiptHandle'), Number(input.VisibilityTimeout) * 1_000);
    return {};
  },
  ChangeMessageVisibilityBatch(queue, input) {
    const all = entries(input);
    for (const entry of all) {
      queue.changeVisibility(text(entry, 'ReceiptHandle'), Number(entry.VisibilityTimeout) * 1_000);
    }
    return { Successful: all.map((entry) => ({ Id: text(entry, 'Id') })), Failed: [] };
  },
};

function attributesOf(queues: LocalQueues, queue: LocalQueue) {
  const { visible, hidden } = queue.counts();
  const dead = queue.deadLetter();
  const policy = dead && {
    deadLetterTargetArn: queues.get(dead.queue)?.arn,
    maxReceiveCount: dead.maxReceives,
  };
  return {
    Attributes: {
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(visible),
      ApproximateNumberOfMessagesNotVisible: String(hidden),
      ...(policy && { RedrivePolicy: JSON.stringify(policy) }),
    },
  };
}

/**
 * Sends dead letters back to the queue that they came from, each as a new message:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
function moveBack(queues: LocalQueues, arn: string) {
  const dead = queues.all().find((queue) => queue.arn === arn);
  const [source, ...others] = queues.all().filter((queue) => queue.deadLetter()?.queue === dead?.name);
  if (!dead || !source) {
    throw new ServiceError(
      'ResourceNotFoundException',
      'The source queue is no dead-letter queue of another.',
    );
  }
  if (others.length > 0) {
    throw new ServiceError('UnsupportedOperation', `The local stack knows one source of ${dead.name}.`);
  }
  for (let left = dead.counts().visible; left > 0; left--) {
    for (const { message, handle } of dead.receive(1)) {
      source.send(message.body, { attributes: message.attributes });
      dead.delete(handle);
    }
  }
  return { TaskHandle: Buffer.from(arn).toString('base64') };
}

function send(queue: LocalQueue, input: Input) {
  const body = text(input, 'MessageBody');
  if (Buffer.byteLength(body) > maxBytes) {
    throw invalid(`MessageBody must be at most ${maxBytes} bytes.`);
  }
  const delaySeconds = input.DelaySeconds;
  if (delaySeconds !== undefined && !isDelay(delaySeconds)) {
    throw invalid(`DelaySeconds must be a whole number from 0 to ${maxDelaySeconds}.`);
  }
  const attributes = input.MessageAttributes;
  const message = queue.send(body, {
    ...(delaySeconds === undefined ? {} : { delayMs: Number(delaySeconds) * 1_000 }),
    ...(isRecord(attributes) ? { attributes: attributes as Record<string, MessageAttribute> } : {}),
  });
  return { MessageId: message.id, MD5OfMessageBody: md5(body) };
}

function isDelay(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maxDelaySeconds;
}

function inSqsWords({ message, handle }: Received) {
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    Attributes: systemAttributes(message),
    MessageAttributes: message.attributes,
  };
}

/** What SQS itself says of a message that was received. */
export function systemAttributes(message: Received['message']): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receives),
    SentTimestamp: String(message.sentAtMs),
    SenderId: 'local',
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs ?? message.sentAtMs),
  };
}

/** The SDKs compare this with what they sent, and fail where it differs. */
export function md5(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

function entries(input: Input): readonly Input[] {
  const all = input.Entries;
  if (!Array.isArray(all) || all.length === 0) {
    throw new ServiceError('EmptyBatchRequest', 'There should be at least one entry.');
  }
  if (all.length > 10)
    throw new ServiceError('TooManyEntriesInBatchRequest', 'At most 10 entries are allowed.');
  const records = all.filter(isRecord);
  if (new Set(records.map((entry) => text(entry, 'Id'))).size !== all.length) {
    throw new ServiceError('BatchEntryIdsNotDistinct', 'The ids of the entries must differ.');
  }
  return records;
}

function named(queues: LocalQueues, name: string): LocalQueue {
  const queue = queues.get(name);
  if (queue) return queue;
  throw new ServiceError(
    'QueueDoesNotExist',
    'The specified queue does not exist.',
    'AWS.SimpleQueueService.NonExistentQueue',
  );
}

function text(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`);
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message);
}

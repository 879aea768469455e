import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { Failed } from '../failures.ts';

/** A queue of what could not be done. */
export interface DeadLetterQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly messages: number;
  /** The queue that its messages were in; absent: they were in none. */
  readonly source?: string;
  /** Whether it is of Tidings, and not of what else the stack has. */
  readonly isOurs: boolean;
}

/** A dead letter without its body: of whom it is, and what it says, is nobody's business here. */
export interface DeadLetter {
  readonly id: string;
  readonly sentAt: string;
  readonly receives: number;
  readonly kind: string;
  /** Finds the lines of the request that it came of, in the functions' logs. */
  readonly requestId?: string;
}

interface Named {
  readonly name: string;
  readonly url: string;
}

/** How the ids of our queues of dead letters end, before the hash that the CDK puts after them; lib/ names them. */
const ours = /(DeliveryDeadLetters|WorkDead|EventBusApiDeadEvents|OutgoingDead)[0-9A-F]{8}$/;
export const isOurs = (name: string): boolean => ours.test(name);

/** Of a stack's queues, those of dead letters: ours, and where others send theirs. */
export async function deadLetterQueues(
  sqs: SQSClient,
  queues: readonly Named[],
): Promise<readonly DeadLetterQueue[]> {
  const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
  const known = await Promise.all(
    queues.map(async ({ name, url }) => {
      const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
      const { Attributes: all = {} } = await sqs.send(asked);
      const policy = JSON.parse(all.RedrivePolicy ?? '{}') as { deadLetterTargetArn?: string };
      return {
        ...{ name, url },
        arn: all.QueueArn ?? '',
        messages: Number(all.ApproximateNumberOfMessages ?? 0),
        deadArn: policy.deadLetterTargetArn,
      };
    }),
  );
  return known.flatMap(({ deadArn: _own, ...queue }) => {
    const source = known.find(({ deadArn }) => deadArn === queue.arn)?.name;
    const own = isOurs(queue.name);
    if (source === undefined && !own) return [];
    return [{ ...queue, isOurs: own, ...(source !== undefined && { source }) }];
  });
}

/** Long enough to look at what is there, and short enough that it is back before long if this program dies. */
export const hiddenSeconds = 60;
/** A list of more helps nobody, and the first of them are visible again by then. */
export const maxListed = 1_000;

/** Takes what is there, once, and hides it meanwhile. */
export async function* receiveAll(
  sqs: SQSClient,
  { url }: Named,
  most = Number.POSITIVE_INFINITY,
): AsyncGenerator<Message> {
  const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
  const seen = new Set<string>();
  // SQS asks a part of its servers for what they have: an empty answer is not yet the end.
  for (let empty = 0; empty < 3 && seen.size < most; ) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['SentTimestamp', 'ApproximateReceiveCount'],
      }),
    );
    const fresh = Messages.filter(({ MessageId = '' }) => !seen.has(MessageId));
    empty = fresh.length === 0 ? empty + 1 : 0;
    for (const message of fresh) {
      seen.add(message.MessageId ?? '');
      yield message;
    }
  }
}

/** What is in a queue, as far as a list goes. It is shown again at once to whoever asks next. */
export async function listLetters(sqs: SQSClient, queue: Named): Promise<readonly DeadLetter[]> {
  const taken: Message[] = [];
  try {
    for await (const message of receiveAll(sqs, queue, maxListed)) taken.push(message);
  } finally {
    await showAgain(sqs, queue, taken);
  }
  return taken.map(letterOf);
}

const atOnce = 10;
/** Of a message whose time is over: it is visible already, or somebody else has it. */
const isOver = /^(MessageNotInflight|ReceiptHandleIsInvalid)$/;

/** Shows messages that were taken to whoever asks next. @throws Failed */
export async function showAgain(sqs: SQSClient, { url }: Named, taken: readonly Message[]): Promise<void> {
  const { ChangeMessageVisibilityBatchCommand } = await import('@aws-sdk/client-sqs');
  for (let from = 0; from < taken.length; from += atOnce) {
    const Entries = taken
      .slice(from, from + atOnce)
      .map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle, VisibilityTimeout: 0 }));
    const shown = new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries });
    const { Failed: failed = [] } = await sqs.send(shown);
    const wrong = failed.find(({ Code = '' }) => !isOver.test(Code.replace(/^.*\./, '')));
    if (wrong)
      throw new Failed(`what was looked at is hidden for ${hiddenSeconds} s: ${wrong.Code} ${wrong.Message}`);
  }
}

function letterOf({ MessageId = '', Body, Attributes = {} }: Message): DeadLetter {
  const { kind, requestId } = about(Body);
  return {
    id: MessageId,
    sentAt: new Date(Number(Attributes.SentTimestamp)).toISOString(),
    receives: Number(Attributes.ApproximateReceiveCount),
    kind,
    ...(requestId !== undefined && { requestId }),
  };
}

/** What kind of message it is. Only names that the engine gives are read out of it, and never what somebody wrote. */
function about(body: string | undefined): { kind: string; requestId?: string } {
  const read = readBody(body);
  const event = eventIn(read);
  const requestId = typeof read.requestId === 'string' ? { requestId: read.requestId } : {};
  if (event) return { kind: `event ${event.action}`, ...(event.id && { requestId: event.id }) };
  if ('presenceIn' in read) return { kind: 'presence' };
  if (read.kind === 'event' || read.kind === 'resync')
    return { kind: `posts of one ${read.kind}`, ...requestId };
  if ('DDBStreamBatchInfo' in read) return { kind: 'part of the table’s stream' };
  return { kind: 'work', ...requestId };
}

function readBody(body = ''): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** An event of the bus, as it was published. */
export interface PublishedEvent {
  /** EventBridge's own, by which the function's log tells of it. */
  readonly id?: string;
  readonly action: string;
  readonly detail: unknown;
}

/** The event in a dead letter: as the bus sent it there, or within what Lambda says of an invocation that failed. */
export function eventIn(read: Readonly<Record<string, unknown>>): PublishedEvent | undefined {
  const { requestPayload } = read;
  const event = (
    typeof requestPayload === 'object' && requestPayload !== null ? requestPayload : read
  ) as Record<string, unknown>;
  const { id, 'detail-type': action } = event;
  if (event.source !== 'tidings' || typeof action !== 'string' || !/^[\w.-]{1,64}$/.test(action))
    return undefined;
  return { ...(typeof id === 'string' && isId.test(id) && { id }), action, detail: event.detail };
}

const isId = /^[\w-]{1,64}$/;

export const eventOf = ({ Body }: Message): PublishedEvent | undefined => eventIn(readBody(Body));

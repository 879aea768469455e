import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import type { QueueDescription } from '../template/readMappings.ts';

/** An attribute that a sender puts beside the body, as SQS's own JSON has it. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  readonly BinaryValue?: string;
}

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly sentAtMs: number;
  firstReceivedAtMs?: number;
  receives: number;
}

/** A message as it is handed out; the handle is what deletes it. */
export interface Received {
  readonly message: Readonly<Message>;
  readonly handle: string;
}

export interface LocalQueue {
  readonly name: string;
  readonly arn: string;
  send(body: string, options?: { delayMs?: number; attributes?: Message['attributes'] }): Message;
  /** Takes up to `max` messages that are visible; they stay hidden for the visibility time-out. */
  receive(max: number, visibilityTimeoutMs?: number): Received[];
  /** Harmless for a message that is gone. */
  delete(handle: string): void;
  changeVisibility(handle: string, visibilityTimeoutMs: number): void;
  /** Runs each time messages have become visible. */
  onVisible(listener: () => void): { stop(): void };
  counts(): { visible: number; hidden: number };
  /** Where what was received too often goes, if anywhere. */
  deadLetter(): QueueDescription['deadLetter'];
  readonly visibilityTimeoutMs: number;
  /** Applies the queue's present description; the messages stay. */
  describe(description: QueueDescription): void;
}

export interface LocalQueues {
  /** Creates new queues, and applies changes to the others. */
  define(descriptions: readonly QueueDescription[]): void;
  get(name: string): LocalQueue | undefined;
  all(): readonly LocalQueue[];
}

/** The standard queues of one stack. What is sent to one lives as long as the process. */
export function localQueues(clock: LocalClock): LocalQueues {
  const queues = new Map<string, LocalQueue & { take(message: Message): void }>();
  return {
    define(descriptions) {
      for (const description of descriptions) {
        const known = queues.get(description.name);
        if (known) known.describe(description);
        else
          queues.set(
            description.name,
            localQueue(description, clock, (name) => queues.get(name)),
          );
      }
    },
    get: (name) => queues.get(name),
    all: () => [...queues.values()],
  };
}

type MessageSink = { take(message: Message): void };

function localQueue(
  first: QueueDescription,
  clock: LocalClock,
  other: (name: string) => MessageSink | undefined,
): LocalQueue & MessageSink {
  let description = first;
  const visible: Message[] = [];
  const hidden = new Map<string, { message: Message; timer: { cancel(): void } }>();
  const listeners = new Set<() => void>();

  const isOver = ({ sentAtMs }: Message) => clock.now() - sentAtMs > description.retentionMs;

  function show(message: Message) {
    // Nothing receives dead letters, so without this they would stay for ever.
    while (visible[0] && isOver(visible[0])) visible.shift();
    visible.push(message);
    for (const listener of listeners) listener();
  }

  function hide(message: Message, ms: number) {
    const timer = clock.setTimeout(() => {
      hidden.delete(message.id);
      show(message);
    }, ms);
    hidden.set(message.id, { message, timer });
  }

  function unhide(handle: string): Message | undefined {
    const id = handle.slice(0, handle.indexOf(':'));
    const entry = hidden.get(id);
    entry?.timer.cancel();
    hidden.delete(id);
    return entry?.message;
  }

  function handOut(message: Message, visibilityTimeoutMs: number): Received {
    message.receives += 1;
    message.firstReceivedAtMs ??= clock.now();
    hide(message, visibilityTimeoutMs);
    return { message, handle: `${message.id}:${message.receives}` };
  }

  return {
    name: first.name,
    arn: first.arn,
    get visibilityTimeoutMs() {
      return description.visibilityTimeoutMs;
    },
    describe(next) {
      description = next;
    },
    send(body, { delayMs = description.delayMs, attributes = {} } = {}) {
      const message: Message = { id: randomUUID(), body, attributes, sentAtMs: clock.now(), receives: 0 };
      if (delayMs > 0) hide(message, delayMs);
      else show(message);
      return message;
    },
    take: show,
    receive(max, visibilityTimeoutMs = description.visibilityTimeoutMs) {
      const received: Received[] = [];
      while (received.length < max) {
        const message = visible.shift();
        if (!message) break;
        if (isOver(message)) continue;
        const { deadLetter } = description;
        // A message is moved when it is asked for once more than allowed:
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
        if (deadLetter && message.receives >= deadLetter.maxReceives) other(deadLetter.queue)?.take(message);
        else received.push(handOut(message, visibilityTimeoutMs));
      }
      return received;
    },
    delete(handle) {
      const message = unhide(handle);
      if (message) return;
      // A handle also deletes a message that has become visible again.
      const at = visible.findIndex(({ id }) => handle.startsWith(`${id}:`));
      if (at >= 0) visible.splice(at, 1);
    },
    changeVisibility(handle, visibilityTimeoutMs) {
      const message = unhide(handle);
      if (!message) return;
      if (visibilityTimeoutMs > 0) hide(message, visibilityTimeoutMs);
      else show(message);
    },
    onVisible(listener) {
      listeners.add(listener);
      return { stop: () => void listeners.delete(listener) };
    },
    counts: () => ({ visible: visible.length, hidden: hidden.size }),
    deadLetter: () => description.deadLetter,
  };
}

import type { LocalClock } from '../clock.ts';
import type { FaultBox } from '../faults.ts';
import { isThrottled, throttledDelayMs } from '../functions/concurrency.ts';
import { isRecord } from '../http/httpJson.ts';
import type { MappingDescription } from '../template/readMappings.ts';
import { account } from '../template/template.ts';
import type { LocalQueue, Received } from './sqs.ts';
import { md5, systemAttributes } from './sqsApi.ts';

export interface EventSourceOptions {
  readonly mapping: MappingDescription;
  readonly queue: LocalQueue;
  readonly invoke: (event: unknown) => Promise<unknown>;
  readonly clock: LocalClock;
  readonly faults: FaultBox;
  readonly log: (text: string) => void;
}

/** A message that no function understands. */
export const poison = 'poison';

/** Hands what is visible in a queue to a function, as Lambda's pollers do; woken by the queue instead of polling. */
export function eventSource({ mapping, queue, invoke, clock, faults, log }: EventSourceOptions): {
  stop(): void;
} {
  let running = 0;
  let waking = false;
  let stopped = false;

  // Not at once: what one request sends together should come as one batch.
  function wake() {
    if (waking) return;
    waking = true;
    clock.hold(
      Promise.resolve().then(() => {
        waking = false;
        takeBatches();
      }),
    );
  }

  function takeBatches() {
    while (running < mapping.concurrency && !stopped) {
      const batch = queue.receive(mapping.batchSize);
      if (batch.length === 0) return;
      running += 1;
      void process(batch).finally(() => {
        running -= 1;
        takeBatches();
      });
    }
  }

  /** A failed message stays hidden until its visibility time-out, and then comes again. */
  async function process(batch: readonly Received[]): Promise<void> {
    const event = { Records: batch.map((received) => asRecord(received, queue)) };
    const fault = faults.next('deliver');
    const isPoisoned = batch.some(({ message }) => message.body === poison);
    if (fault?.outcome === 'poison' && !isPoisoned) queue.send(poison);
    // So that later messages go first.
    if (fault?.outcome === 'reorder') await pause(fault.delayMs);
    try {
      if (fault?.outcome === 'error') throw new Error('the batch was failed by a fault');
      let answer = await invokePatiently(event);
      if (fault?.outcome === 'double') answer = await invoke(event);
      const failed = mapping.reportsItemFailures ? failedItems(answer, batch) : new Set<string>();
      for (const { message, handle } of batch) if (!failed.has(message.id)) queue.delete(handle);
      if (failed.size > 0) log(`${mapping.functionId}: ${failed.size} of ${batch.length} messages failed.`);
    } catch (error) {
      log(`${mapping.functionId}: a batch of ${batch.length} messages failed: ${String(error)}`);
    }
  }

  /**
   * What the account's concurrency has no room for is tried again until it is visible in the queue, where it then comes
   * from again: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
   */
  async function invokePatiently(event: unknown): Promise<unknown> {
    const visibleAt = clock.now() + queue.visibilityTimeoutMs;
    for (let refusals = 0; ; refusals += 1) {
      try {
        return await invoke(event);
      } catch (error) {
        const waitMs = throttledDelayMs(refusals);
        if (!isThrottled(error) || stopped || clock.now() + waitMs >= visibleAt) throw error;
        log(`${mapping.functionId}: a batch waits for ${waitMs} ms: ${String(error)}`);
        await pause(waitMs);
      }
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => clock.setTimeout(resolve, ms));
  }

  const subscription = queue.onVisible(wake);
  wake();
  return {
    stop() {
      stopped = true;
      subscription.stop();
    },
  };
}

/**
 * The messages that come again. No list, or an empty one, is a success; a list with an entry that names no
 * message of the batch fails the whole batch
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function failedItems(answer: unknown, batch: readonly Received[]): ReadonlySet<string> {
  const all = new Set(batch.map(({ message }) => message.id));
  if (answer === null || answer === undefined) return new Set();
  if (!isRecord(answer)) return all;
  const list = answer.batchItemFailures ?? [];
  if (!Array.isArray(list)) return all;
  const failed = list.map((entry) => (isRecord(entry) ? entry.itemIdentifier : undefined));
  const known = failed.filter((id): id is string => typeof id === 'string' && all.has(id));
  return known.length === failed.length ? new Set(known) : all;
}

/** The record as Lambda hands it over: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
function asRecord({ message, handle }: Received, queue: LocalQueue) {
  const attributes = Object.entries(message.attributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType,
        stringValue: StringValue,
        binaryValue: BinaryValue,
        stringListValues: [],
        binaryListValues: [],
      },
    ],
  );
  return {
    messageId: message.id,
    receiptHandle: handle,
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: account.region,
  };
}

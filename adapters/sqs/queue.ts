import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Queue } from '../../core/ports.ts';
import { delaySeconds, messageBody } from '../message.ts';

const MAX_ENTRIES = 10;
const MAX_BATCH_BYTES = 256 * 1024;

/**
 * An SQS standard queue. Bodies travel in batches of at most ten and 256 KB. What SQS refuses of a batch is
 * sent once more; if any is refused again, `send` throws, and since the others are in the queue, repeating
 * the whole call sends those twice.
 */
export function sqsQueue({
  client,
  queueUrl,
}: {
  readonly client: SQSClient;
  readonly queueUrl: string;
}): Queue {
  const sendBatch = async (entries: SendMessageBatchRequestEntry[]) => {
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries });
    const { Failed = [] } = await client.send(command);
    return Failed;
  };
  const sendTwice = async (entries: SendMessageBatchRequestEntry[]): Promise<void> => {
    const failed = await sendBatch(entries);
    if (failed.length === 0) return;
    const refused = new Set(failed.map(({ Id }) => Id));
    const stillFailed = await sendBatch(entries.filter(({ Id }) => refused.has(Id)));
    if (stillFailed.length === 0) return;
    const codes = new Set(stillFailed.map(({ Code }) => Code));
    throw new Error(
      `SQS refused ${stillFailed.length} of ${entries.length} messages: ${[...codes].join(', ')}`,
    );
  };

  return {
    async send(bodies, delayMs = 0) {
      const DelaySeconds = delaySeconds(delayMs);
      const delay = DelaySeconds > 0 ? { DelaySeconds } : {};
      const batches = inBatches(bodies.map(messageBody)).map((batch) =>
        batch.map((MessageBody, index) => ({ Id: String(index), MessageBody, ...delay })),
      );
      await Promise.all(batches.map(sendTwice));
    },
  };
}

function inBatches(texts: readonly string[]): string[][] {
  const batches: string[][] = [];
  let current: string[] = [];
  let bytes = 0;
  for (const text of texts) {
    const size = Buffer.byteLength(text);
    if (current.length === MAX_ENTRIES || bytes + size > MAX_BATCH_BYTES) {
      batches.push(current);
      current = [];
      bytes = 0;
    }
    current.push(text);
    bytes += size;
  }
  return current.length > 0 ? [...batches, current] : batches;
}

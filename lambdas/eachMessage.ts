import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { inTime } from '../core/deadline.ts';
import type { Runtime } from '../core/runtime.ts';
import { maxWorkMs } from '../core/timeouts.ts';
import { measured } from './measured.ts';

/**
 * Handles each message of a batch by itself. Only those that threw or took too long go back to the queue.
 *
 * @param timeoutMs how long the function may run.
 * @param what the kind of message, for reports.
 */
export function eachMessage<
  T,
  R extends Pick<Runtime, 'reporter' | 'metrics' | 'clock' | 'requestId'> = Runtime,
>(timeoutMs: number, runtime: () => R, what: string, work: (runtime: R, message: T) => Promise<void>) {
  const handle = async ({ messageId, body, attributes }: SQSEvent['Records'][number]) => {
    const { clock, reporter, metrics } = runtime();
    metrics.add('QueueMs', clock.now() - Number(attributes.SentTimestamp), what);
    // That of the request which the work is done for, where it says so.
    let requestId: string | undefined;
    try {
      const message = JSON.parse(body) as T & { readonly requestId?: string };
      ({ requestId } = message);
      const about = requestId === undefined ? runtime() : { ...runtime(), requestId };
      await inTime(about, maxWorkMs(timeoutMs), () => work(about, message));
      return [];
    } catch (error) {
      metrics.add('FailedWork', 1, what);
      reporter.report(error, { requestId: requestId ?? messageId, what });
      return [{ itemIdentifier: messageId }];
    }
  };
  return measured(
    () => runtime().metrics,
    async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => ({
      batchItemFailures: (await Promise.all(Records.map(handle))).flat(),
    }),
  );
}

import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { inTime } from '../core/deadline.ts';
import type { Runtime } from '../core/runtime.ts';
import { type FunctionName, maxWorkMs } from '../core/timeouts.ts';

/**
 * Does each message of a batch by itself. Only what threw, or took too long, comes back from the queue.
 *
 * @param name the function's name.
 * @param what what a message is, for reports.
 */
export function eachMessage<T, R extends Pick<Runtime, 'reporter' | 'clock'> = Runtime>(
  name: FunctionName,
  runtime: () => R,
  what: string,
  work: (runtime: R, message: T) => Promise<void>,
) {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failed = await Promise.all(
      Records.map(async ({ messageId, body }) => {
        try {
          const message = JSON.parse(body) as T;
          await inTime(runtime(), maxWorkMs(name), () => work(runtime(), message));
          return [];
        } catch (error) {
          runtime().reporter.report(error, { requestId: messageId, what });
          return [{ itemIdentifier: messageId }];
        }
      }),
    );
    return { batchItemFailures: failed.flat() };
  };
}

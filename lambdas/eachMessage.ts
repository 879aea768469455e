import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Runtime } from '../core/runtime.ts';
import type { WorkMessage } from '../core/work/watch.ts';

/** Does each message of a batch by itself. Only what threw comes back from the queue. */
export function eachMessage<R extends Pick<Runtime, 'reporter'>>(
  runtime: () => R,
  what: string,
  work: (runtime: R, message: WorkMessage) => Promise<void>,
) {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const failed = await Promise.all(
      Records.map(async ({ messageId, body }) => {
        try {
          await work(runtime(), JSON.parse(body) as WorkMessage);
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

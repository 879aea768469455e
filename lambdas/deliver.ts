import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { deliver, type WorkUnit } from '../core/fanOut.ts';
import { runtime } from './wiring.ts';

/** Work units of large audiences, and whatever has to be tried again. Only what threw comes back from the queue. */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const failed = await Promise.all(
    Records.map(async ({ messageId, body }) => {
      try {
        await deliver(runtime(), JSON.parse(body) as WorkUnit);
        return [];
      } catch (error) {
        runtime().reporter.report(error, { requestId: messageId, what: 'a work unit' });
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: failed.flat() };
};

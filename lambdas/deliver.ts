import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type DeliveryWork, deliverWork } from '../core/delivery/deliverWork.ts';
import { runtime } from './wiring.ts';

/** Work units of large audiences, whatever has to be tried again, and rooms that are to be told who is there. Only what threw comes back from the queue. */
export const handler = async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const failed = await Promise.all(
    Records.map(async ({ messageId, body }) => {
      try {
        await deliverWork(runtime(), JSON.parse(body) as DeliveryWork);
        return [];
      } catch (error) {
        runtime().reporter.report(error, { requestId: messageId, what: 'a work unit' });
        return [{ itemIdentifier: messageId }];
      }
    }),
  );
  return { batchItemFailures: failed.flat() };
};

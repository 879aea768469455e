import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Queue } from '../../core/ports.ts';
import { requestsWithin } from '../requests.ts';
import { sqsQueue } from './queue.ts';

/**
 * Opens a queue by its URL, whose host is also SQS's endpoint (on a laptop, the laptop). A request whose
 * answer comes too late is sent again, so a message may come twice, as always with SQS.
 */
export function openQueue(queueUrl: string, settings: Omit<SQSClientConfig, 'requestHandler'>): Queue {
  const endpoint = new URL(queueUrl).origin;
  const client = new SQSClient({ ...settings, endpoint, requestHandler: requestsWithin(3_000) });
  return sqsQueue({ client, queueUrl });
}

import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Queue } from '../../core/ports.ts';
import { requestsWithin } from '../requests.ts';
import { sqsQueue } from './queue.ts';

/**
 * Opens a queue by its URL, which also says where SQS answers: on a laptop, that is the laptop. What is accepted and
 * answered too late is sent again; whoever receives expects that of SQS.
 */
export function openQueue(queueUrl: string, settings: Omit<SQSClientConfig, 'requestHandler'>): Queue {
  const endpoint = new URL(queueUrl).origin;
  const client = new SQSClient({ ...settings, endpoint, requestHandler: requestsWithin(3_000) });
  return sqsQueue({ client, queueUrl });
}

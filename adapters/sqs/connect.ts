import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Queue } from '../../core/ports.ts';
import { sqsQueue } from './queue.ts';

/** Opens a queue by its URL, which also says where SQS answers: on a laptop, that is the laptop. */
export function openQueue(queueUrl: string, settings: SQSClientConfig): Queue {
  return sqsQueue({ client: new SQSClient({ ...settings, endpoint: new URL(queueUrl).origin }), queueUrl });
}

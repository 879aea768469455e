import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StageConfig } from './stageConfig.ts';
import { TidingsFunction } from './tidingsFunction.ts';

const timeout = Duration.seconds(60);

/** What is too large or too late for the request that caused it: a queue of work units, and the function that does them. */
export class Delivery extends Construct {
  readonly deliver: TidingsFunction;
  readonly queueUrl: string;
  private readonly queueArn: string;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    const dead = new Queue(this, 'DeadLetters', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const queue = new Queue(this, 'Queue', {
      // Six times the function's timeout, so that a throttled batch is not handed out a second time while it waits:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      retentionPeriod: Duration.days(4),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
    });
    this.queueUrl = queue.queueUrl;
    this.queueArn = queue.queueArn;

    // Posting is bound by the CPU: signatures and TLS.
    this.deliver = new TidingsFunction(this, 'Deliver', {
      config,
      entry: 'lambdas/deliver.ts',
      timeout,
      memoryMb: 1024,
    });
    // What the event source needs, and not ChangeMessageVisibility and GetQueueUrl as grantConsumeMessages gives.
    this.deliver.allow({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resources: [queue.queueArn],
    });
    this.deliver.handler.addEventSourceMapping('Deliveries', {
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      reportBatchItemFailures: true,
      maxConcurrency: config.deliveryConcurrency,
    });
  }

  /** Lets a function put work into the queue. */
  allowSend(grantee: TidingsFunction): void {
    grantee.allow({ actions: ['sqs:SendMessage'], resources: [this.queueArn] });
  }
}

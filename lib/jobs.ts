import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { StageConfig } from './stageConfig.ts';
import { TidingsFunction } from './tidingsFunction.ts';

/** `core/features/jobs/runJob.ts` holds a job for a little longer than this. */
const timeout = Duration.seconds(120);

/** Work in the background: a queue, the function that does it, and the one that says so when it cannot be done. */
export class Jobs extends Construct {
  readonly work: TidingsFunction;
  readonly failedWork: TidingsFunction;
  readonly queueUrl: string;
  private readonly queueArn: string;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    const dead = new Queue(this, 'DeadJobs', {
      visibilityTimeout: Duration.seconds(180),
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const queue = new Queue(this, 'Queue', {
      // Six times the function's timeout: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      visibilityTimeout: Duration.seconds(6 * timeout.toSeconds()),
      retentionPeriod: Duration.days(4),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
    });
    this.queueUrl = queue.queueUrl;
    this.queueArn = queue.queueArn;

    this.work = new TidingsFunction(this, 'Work', { config, entry: 'lambdas/work.ts', timeout });
    this.failedWork = new TidingsFunction(this, 'FailedWork', {
      config,
      entry: 'lambdas/failedWork.ts',
      timeout: Duration.seconds(30),
    });
    // One at a time, so that a slow job does not use up the time of another.
    consume(this.work, queue, { batchSize: 1, maxConcurrency: 10 });
    consume(this.failedWork, dead, { batchSize: 10, maxConcurrency: 2 });
    if (config.settings.translator === 'amazon') {
      // Neither action knows resources. The second one finds out what language a text is in:
      // https://docs.aws.amazon.com/translate/latest/dg/security-iam-awsmanpol.html
      this.work.allow({
        actions: ['translate:TranslateText', 'comprehend:DetectDominantLanguage'],
        resources: ['*'],
      });
    }
  }

  /** Lets a function put jobs into the queue. */
  allowSend(grantee: TidingsFunction): void {
    grantee.allow({ actions: ['sqs:SendMessage'], resources: [this.queueArn] });
  }
}

/** Has a function do what comes in a queue, with the rights that the event source needs. */
export function consume(
  worker: TidingsFunction,
  queue: Queue,
  { batchSize, maxConcurrency }: { readonly batchSize: number; readonly maxConcurrency: number },
): void {
  worker.allow({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [queue.queueArn],
  });
  worker.handler.addEventSourceMapping('Messages', {
    eventSourceArn: queue.queueArn,
    batchSize,
    reportBatchItemFailures: true,
    maxConcurrency,
  });
}

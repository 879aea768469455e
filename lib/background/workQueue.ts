import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { exceptFrom } from '../exceptions.ts';
import type { TidingsFunction } from '../functions/tidingsFunction.ts';

export interface WorkQueueProps {
  /** The construct id of the dead-letter queue. */
  readonly deadId: string;
  /** How long the worker may take for a batch. */
  readonly workTimeout: Duration;
  /** How often a message is received before it goes to the dead-letter queue. */
  readonly maxReceives: number;
  /** @default 4 days */
  readonly retention?: Duration;
}

const common = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };

/**
 * Six times the function's timeout, so that a throttled batch is not handed out a second time while it waits:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const visibilityFor = (timeout: Duration) => Duration.seconds(6 * timeout.toSeconds());

/** What could not be done, for as long as SQS keeps it: people have to see to it. */
export class DeadLetters extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, { ...common, retentionPeriod: Duration.days(14) });
    exceptFrom('SQS3', this, 'It holds dead letters itself, of a queue, of a function or of a rule.');
  }
}

/** A queue of work, and its dead-letter queue. */
export class WorkQueue {
  readonly queue: Queue;
  readonly dead: Queue;

  constructor(scope: Construct, props: WorkQueueProps) {
    const { deadId, workTimeout, maxReceives, retention = Duration.days(4) } = props;
    this.dead = new DeadLetters(scope, deadId);
    this.queue = new Queue(scope, 'Queue', {
      ...common,
      retentionPeriod: retention,
      visibilityTimeout: visibilityFor(workTimeout),
      deadLetterQueue: { queue: this.dead, maxReceiveCount: maxReceives },
    });
  }

  get url(): string {
    return this.queue.queueUrl;
  }

  /** Seconds since the oldest unit was queued, of those that wait and those that are worked on. */
  get oldestAge(): IMetric {
    return this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1) });
  }

  /** Lets a function put work into the queue. */
  allowSend(grantee: TidingsFunction): void {
    grantee.allow({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] });
  }
}

/** Connects a function to a queue, with the permissions that the event source needs and no more. */
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

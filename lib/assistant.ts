import { Duration, Stack } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { consume } from './jobs.ts';
import type { StageConfig } from './stageConfig.ts';
import { TidingsFunction } from './tidingsFunction.ts';

/** The longest that Lambda has. `core/features/assistant/runStream.ts` ends an answer a minute before. */
const timeout = Duration.minutes(15);

/** The function that gives the assistant's answers, which may take minutes, and the queue of what was asked. */
export class Assistant extends Construct {
  readonly stream: TidingsFunction;
  readonly queueUrl: string;
  private readonly queueArn: string;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    const dead = new Queue(this, 'DeadStreams', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const queue = new Queue(this, 'Queue', {
      // Six times the function's timeout: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
      // Nobody waits for that: an answer whose function died is ended by who looks after it each minute.
      visibilityTimeout: Duration.minutes(6 * timeout.toMinutes()),
      retentionPeriod: Duration.days(1),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
    });
    this.queueUrl = queue.queueUrl;
    this.queueArn = queue.queueArn;

    this.stream = new TidingsFunction(this, 'Stream', { config, entry: 'lambdas/stream.ts', timeout });
    consume(this.stream, queue, { batchSize: 1, maxConcurrency: 50 });
    const { assistant } = config.settings;
    if (assistant.provider === 'bedrock') {
      this.stream.allow({
        actions: ['bedrock:InvokeModelWithResponseStream'],
        resources: [
          Stack.of(this).formatArn({
            service: 'bedrock',
            account: '',
            resource: 'foundation-model',
            resourceName: assistant.modelId,
          }),
        ],
      });
    }
  }

  /** Lets a function put questions into the queue. */
  allowSend(grantee: TidingsFunction): void {
    grantee.allow({ actions: ['sqs:SendMessage'], resources: [this.queueArn] });
  }
}

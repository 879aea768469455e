import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { functionTimeoutsMs } from '../core/timeouts.ts';
import type { StageConfig } from './stageConfig.ts';
import { TidingsFunction } from './tidingsFunction.ts';
import { consume, WorkQueue } from './workQueue.ts';

/** The longest that Lambda has. `features/assistant/runStream.ts` ends an answer a minute before. */
const timeout = Duration.millis(functionTimeoutsMs.stream);

/** The function that gives the assistant's answers, which may take minutes, and the queue of what was asked. */
export class Assistant extends Construct {
  readonly stream: TidingsFunction;
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    // Nobody waits for a message to come again: an answer whose function died is ended by who looks after it
    // each minute.
    this.queue = new WorkQueue(this, {
      deadId: 'DeadStreams',
      workTimeout: timeout,
      mostReceives: 3,
      retention: Duration.days(1),
    });
    this.stream = new TidingsFunction(this, 'Stream', { config, entry: 'lambdas/stream.ts', timeout });
    consume(this.stream, this.queue.queue, { batchSize: 1, maxConcurrency: 50 });
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
}

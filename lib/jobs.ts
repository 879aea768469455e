import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { functionTimeoutsMs } from '../core/timeouts.ts';
import type { StageConfig } from './stageConfig.ts';
import { TidingsFunction } from './tidingsFunction.ts';
import { consume, WorkQueue } from './workQueue.ts';

/** `features/jobs/runJob.ts` holds a job for a little longer than this. */
const timeout = Duration.millis(functionTimeoutsMs.work);
const failedTimeout = Duration.millis(functionTimeoutsMs.failedWork);

/** Work in the background: a queue, the function that does it, and the one that says so when it cannot be done. */
export class Jobs extends Construct {
  readonly work: TidingsFunction;
  readonly failedWork: TidingsFunction;
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.queue = new WorkQueue(this, {
      deadId: 'DeadJobs',
      workTimeout: timeout,
      mostReceives: 3,
      deadWorkTimeout: failedTimeout,
    });
    this.work = new TidingsFunction(this, 'Work', { config, entry: 'lambdas/work.ts', timeout });
    this.failedWork = new TidingsFunction(this, 'FailedWork', {
      config,
      entry: 'lambdas/failedWork.ts',
      timeout: failedTimeout,
    });
    // One at a time, so that a slow job does not use up the time of another.
    consume(this.work, this.queue.queue, { batchSize: 1, maxConcurrency: 10 });
    consume(this.failedWork, this.queue.dead, { batchSize: 10, maxConcurrency: 2 });
    if (config.settings.translator === 'amazon') {
      // Neither action knows resources. The second one finds out what language a text is in:
      // https://docs.aws.amazon.com/translate/latest/dg/security-iam-awsmanpol.html
      this.work.allow({
        actions: ['translate:TranslateText', 'comprehend:DetectDominantLanguage'],
        resources: ['*'],
      });
    }
  }
}

import { fileURLToPath } from 'node:url';
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { leastWorkMs } from '../../core/timeouts.ts';
import type { WorkRules } from '../../core/work/watch.ts';
import { moduleFile } from '../functions/appCode.ts';
import { giveTo } from '../functions/outside.ts';
import { TidingsFunction } from '../functions/tidingsFunction.ts';
import type { WatchedQueue } from '../operating/alarms.ts';
import type { StageConfig } from '../settings/stageConfig.ts';
import { consume, WorkQueue } from './workQueue.ts';

/** Background work of one kind: its queue and its function. */
export class Work extends Construct {
  readonly rules: WorkRules;
  readonly queue: WorkQueue;
  readonly worker: TidingsFunction;

  constructor(scope: Construct, id: string, config: StageConfig, rules: WorkRules) {
    super(scope, id);
    const { entry, timeoutMs, memoryMb, maxConcurrency, maxReceives, retentionDays = 4 } = rules.workers;
    const timeout = Duration.millis(timeoutMs);
    this.rules = rules;
    this.queue = new WorkQueue(this, {
      deadId: 'Dead',
      workTimeout: timeout,
      maxReceives,
      retention: Duration.days(retentionDays),
    });
    this.worker = new TidingsFunction(this, 'Worker', {
      config,
      entry: fileOf(entry),
      timeout,
      longestMs: leastWorkMs,
      ...(memoryMb !== undefined && { memoryMb }),
    });
    // One at a time, so that slow work does not use up the time of other work.
    consume(this.worker, this.queue.queue, { batchSize: 1, maxConcurrency });
    giveTo(this.worker, `work ${rules.name}`, rules.workers, config.settings);
  }

  get watched(): WatchedQueue {
    const { called, workers } = this.rules;
    return {
      oldestAge: this.queue.oldestAge,
      workSeconds: workers.timeoutMs / 1_000,
      ...(called !== undefined && { called }),
    };
  }
}

const fileOf = (module: string) => moduleFile(fileURLToPath(module));

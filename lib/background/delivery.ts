import { Construct } from 'constructs';
import { engineFunction } from '../functions/engineFunction.ts';
import { TidingsFunction } from '../functions/tidingsFunction.ts';
import type { StageConfig } from '../settings/stageConfig.ts';
import { consume, WorkQueue } from './workQueue.ts';

/** Work too large or too late for the request that caused it: a queue of work units, and its function. */
export class Delivery extends Construct {
  readonly deliver: TidingsFunction;
  readonly queue: WorkQueue;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    const deliver = engineFunction('deliver');
    this.queue = new WorkQueue(this, { deadId: 'DeadLetters', workTimeout: deliver.timeout, maxReceives: 5 });
    this.deliver = new TidingsFunction(this, 'Deliver', { config, ...deliver });
    consume(this.deliver, this.queue.queue, { batchSize: 10, maxConcurrency: config.deliveryConcurrency });
  }
}

import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { engineFunction } from '../functions/engineFunction.ts';
import { TidingsFunction } from '../functions/tidingsFunction.ts';
import type { StageConfig } from '../settings/stageConfig.ts';

/** Ends connections whose `$disconnect` never came: it is best effort, and a TTL may be days late. */
export class Reaper extends Construct {
  readonly reap: TidingsFunction;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.reap = new TidingsFunction(this, 'Reap', {
      config,
      ...engineFunction('reap'),
    });
    new Rule(this, 'EachMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      // Each run reads every unfinished minute, so the next one makes up for a run that was lost.
      targets: [new LambdaFunction(this.reap.handler, { retryAttempts: 0 })],
    });
  }
}

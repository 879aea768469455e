import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { functionTimeoutsMs } from '../core/timeouts.ts';
import { engineEntry } from './appCode.ts';
import type { StageConfig } from './stageConfig.ts';
import { TidingsFunction } from './tidingsFunction.ts';
import { deadLetters } from './workQueue.ts';

const maxTry = Duration.hours(6);

/** Lets other services of the account publish. A publisher on the default bus acts as a service. */
export class EventBusApi extends Construct {
  readonly bus: TidingsFunction;

  constructor(scope: Construct, id: string, config: StageConfig) {
    super(scope, id);
    this.bus = new TidingsFunction(this, 'Bus', {
      config,
      entry: engineEntry('bus'),
      timeout: Duration.millis(functionTimeoutsMs.bus),
    });
    const dead = deadLetters(this, 'DeadEvents');
    // EventBridge is done once Lambda has accepted the event. If the function throws, Lambda itself tries
    // again: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
    new CfnEventInvokeConfig(this, 'Retries', {
      functionName: this.bus.handler.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: maxTry.toSeconds(),
      destinationConfig: { onFailure: { destination: dead.queueArn } },
    });
    this.bus.allow({ actions: ['sqs:SendMessage'], resources: [dead.queueArn] });
    new Rule(this, 'Published', {
      eventPattern: { source: ['tidings'] },
      targets: [
        new LambdaFunction(this.bus.handler, { deadLetterQueue: dead, maxEventAge: Duration.hours(24) }),
      ],
    });
  }
}

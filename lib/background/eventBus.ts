import { Duration, Stack } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { engineFunction } from '../functions/engineFunction.ts';
import { TidingsFunction } from '../functions/tidingsFunction.ts';
import type { StageConfig } from '../settings/stageConfig.ts';
import { DeadLetters } from './workQueue.ts';

const maxTry = Duration.hours(6);

/** What other services put on the bus for Tidings to do. */
const publishedSource = 'tidings';

/**
 * The stage's own event bus: what is put on that of one stage reaches no other. It bears the stack's name, so that a
 * publisher can be told it before there is a stack.
 *
 * A bus takes events from its own account, as IAM lets them; from others only as its policy says:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html
 */
export function stageEventBus(scope: Construct, id: string, { publisherAccounts }: StageConfig): EventBus {
  const bus = new EventBus(scope, id, { eventBusName: Stack.of(scope).stackName });
  for (const account of publisherAccounts) {
    bus.addToResourcePolicy(
      new PolicyStatement({
        sid: `Account${account}`,
        principals: [new AccountPrincipal(account)],
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        // Or it could say what is ours to say, with the source `tidings.events`.
        conditions: { StringEquals: { 'events:source': publishedSource } },
      }),
    );
  }
  return bus;
}

/** Lets other services publish. A publisher on the stage's bus acts as a service. */
export class EventBusApi extends Construct {
  readonly bus: TidingsFunction;

  constructor(scope: Construct, id: string, config: StageConfig, eventBus: EventBus) {
    super(scope, id);
    this.bus = new TidingsFunction(this, 'Bus', {
      config,
      ...engineFunction('bus'),
    });
    const dead = new DeadLetters(this, 'DeadEvents');
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
      eventBus,
      eventPattern: { source: [publishedSource] },
      targets: [
        new LambdaFunction(this.bus.handler, { deadLetterQueue: dead, maxEventAge: Duration.hours(24) }),
      ],
    });
  }
}

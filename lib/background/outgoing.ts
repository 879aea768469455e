import { Duration } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { emittedSource } from '../../core/delivery/emit.ts';
import { engineFunction } from '../functions/engineFunction.ts';
import { TidingsFunction } from '../functions/tidingsFunction.ts';
import type { StageConfig } from '../settings/stageConfig.ts';
import { DeadLetters } from './workQueue.ts';

/**
 * Half of the day for which a stream keeps its rows. After this, what the bus did not take is left to people, and the
 * dead-letter queue tells them where in the stream it stands:
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
const maxAge = Duration.hours(12);

/** Brings events that a feature marks from the table's stream to the stage's event bus, for other services. */
export class OutgoingEvents extends Construct {
  readonly emit: TidingsFunction;

  constructor(
    scope: Construct,
    id: string,
    config: StageConfig,
    { streamArn, eventBus }: { readonly streamArn: string; readonly eventBus: EventBus },
  ) {
    super(scope, id);
    this.emit = new TidingsFunction(this, 'Emit', {
      config,
      ...engineFunction('emit'),
    });
    this.emit.addEnvironment({ EVENT_BUS_NAME: eventBus.eventBusName });
    const dead = new DeadLetters(this, 'Dead');
    this.readStream(streamArn);
    this.emit.allow({ actions: ['sqs:SendMessage'], resources: [dead.queueArn] });
    this.emit.allow({
      actions: ['events:PutEvents'],
      resources: [eventBus.eventBusArn],
      conditions: { StringEquals: { 'events:source': emittedSource } },
    });
    this.emit.handler.addEventSourceMapping('Rows', {
      eventSourceArn: streamArn,
      // From its beginning: what is written while the mapping is made would be passed over with `LATEST`.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      // One batch of a shard at a time, which keeps the order of a topic's events as far as the stream does. With more,
      // only the order of a row's own changes is kept, and these rows have none:
      // https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
      parallelizationFactor: 1,
      // Rows of the log are written once, and one that is deleted has no new image. Only `dynamodb` can be filtered by,
      // and only its leaves: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
      filters: [FilterCriteria.filter({ dynamodb: { NewImage: { emit: { BOOL: FilterRule.exists() } } } })],
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maxRecordAge: maxAge,
      // `SqsDlq` would also allow the function to look at the queue.
      onFailure: { bind: () => ({ destination: dead.queueArn }) },
    });
  }

  /** Lambda reads the stream with the function's role: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaDynamoDBExecutionRole.html */
  private readStream(streamArn: string): void {
    this.emit.allow({
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      resources: [streamArn],
    });
    this.emit.allow({
      actions: ['dynamodb:ListStreams'],
      resources: ['*'],
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
      why: 'An action that knows no resource, which Lambda needs to read the stream.',
    });
  }
}

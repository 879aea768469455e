import { isRecord } from '../http/httpJson.ts';
import { functionOf, type Item, type Resources } from './readResources.ts';
import type { RequireRight } from './readRoles.ts';
import { arn, idOfArn } from './template.ts';

export interface QueueDescription {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutMs: number;
  readonly delayMs: number;
  readonly retentionMs: number;
  readonly deadLetter?: { readonly queue: string; readonly maxReceives: number };
}

export interface MappingDescription {
  readonly queue: string;
  readonly functionId: string;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
  readonly concurrency: number;
}

/** How a function gets what is written into a table. */
export interface StreamMappingDescription {
  readonly streamArn: string;
  readonly functionId: string;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
  /** Whether a batch over which the function threw is tried again in halves. */
  readonly bisects: boolean;
  /** Absent: it is tried again for as long as the stream keeps it. */
  readonly maxAgeMs?: number;
  /** Absent: without end. */
  readonly maxRetries?: number;
  /** The function gets what matches one of these; without any, everything. */
  readonly filters: readonly Readonly<Record<string, unknown>>[];
  /** The queue that is told of what was given up. */
  readonly givenUp?: string;
}

export function readQueue(item: Item): QueueDescription {
  if (item.get('FifoQueue') === true) throw new Error(`${item.id}: the local stack knows no FIFO queues.`);
  const redrive = item.record('RedrivePolicy');
  const deadLetterQueue = idOfArn(redrive.deadLetterTargetArn);
  return {
    name: item.id,
    arn: arn('sqs', item.id),
    visibilityTimeoutMs: item.number('VisibilityTimeout', 30) * 1_000,
    delayMs: item.number('DelaySeconds', 0) * 1_000,
    retentionMs: item.number('MessageRetentionPeriod', 4 * 24 * 3_600) * 1_000,
    ...(deadLetterQueue === undefined
      ? {}
      : { deadLetter: { queue: deadLetterQueue, maxReceives: Number(redrive.maxReceiveCount) } }),
  };
}

const pollingActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

export function readMapping(
  item: Item,
  resources: Resources,
  requireRight: RequireRight,
): MappingDescription {
  const queue = resources.get('AWS::SQS::Queue', idOfArn(item.text('EventSourceArn')));
  const fn = functionOfMapping(item, resources);
  for (const action of pollingActions) requireRight(item, fn, action, arn('sqs', queue.id));
  const timeoutMs = fn.number('Timeout', 3) * 1_000;
  if (readQueue(queue).visibilityTimeoutMs < timeoutMs) {
    throw new Error(
      `${item.id}: AWS would refuse this mapping, ${queue.id} hides messages for less time than ${fn.id} may run.`,
    );
  }
  if (item.number('MaximumBatchingWindowInSeconds', 0) > 0 || item.get('FilterCriteria') !== undefined) {
    throw new Error(`${item.id}: the local stack knows no batching windows, and no filters of queues.`);
  }
  const maximum = item.record('ScalingConfig').MaximumConcurrency;
  return {
    queue: queue.id,
    functionId: fn.id,
    batchSize: item.number('BatchSize', 10),
    reportsItemFailures: reportsItemFailures(item),
    // Lambda begins with five batches at a time (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
    concurrency: maximum === undefined ? 5 : Number(maximum),
  };
}

const streamProperties = [
  'BatchSize',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'Enabled',
  'EventSourceArn',
  'FilterCriteria',
  'FunctionName',
  'FunctionResponseTypes',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'StartingPosition',
];

/** https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html */
export function readStreamMapping(
  item: Item,
  resources: Resources,
  requireRight: RequireRight,
): StreamMappingDescription {
  item.onlyHas(streamProperties);
  const streamArn = item.text('EventSourceArn');
  const table = resources.get('AWS::DynamoDB::GlobalTable', /table\/(\w+)\/stream/.exec(streamArn)?.[1]);
  if (table.get('StreamSpecification') === undefined) {
    throw new Error(`${item.id}: ${table.id} has no stream.`);
  }
  const fn = functionOfMapping(item, resources);
  for (const action of ['DescribeStream', 'GetRecords', 'GetShardIterator']) {
    requireRight(item, fn, `dynamodb:${action}`, streamArn);
  }
  requireRight(item, fn, 'dynamodb:ListStreams', '*');
  if (item.number('ParallelizationFactor', 1) !== 1) {
    throw new Error(`${item.id}: the local stack knows one batch of a stream at a time.`);
  }
  if (item.text('StartingPosition') !== 'TRIM_HORIZON') {
    throw new Error(`${item.id}: the local stack reads a stream from its beginning: TRIM_HORIZON.`);
  }
  const givenUp = readDestination(item, resources);
  if (givenUp !== undefined) requireRight(item, fn, 'sqs:SendMessage', arn('sqs', givenUp));
  return {
    streamArn,
    functionId: fn.id,
    batchSize: item.number('BatchSize', 100),
    reportsItemFailures: reportsItemFailures(item),
    bisects: item.get('BisectBatchOnFunctionError') === true,
    ...limit('maxAgeMs', item.number('MaximumRecordAgeInSeconds', -1) * 1_000),
    ...limit('maxRetries', item.number('MaximumRetryAttempts', -1)),
    filters: readFilters(item),
    ...(givenUp === undefined ? {} : { givenUp }),
  };
}

function functionOfMapping(item: Item, resources: Resources): Item {
  const named = item.text('FunctionName');
  return resources.get('AWS::Lambda::Function', named.includes(':') ? functionOf(named, item.id) : named);
}

const reportsItemFailures = (item: Item): boolean =>
  item.list('FunctionResponseTypes').includes('ReportBatchItemFailures');

/** -1 is without end. */
const limit = (name: 'maxAgeMs' | 'maxRetries', value: number) => (value < 0 ? {} : { [name]: value });

function readDestination(item: Item, resources: Resources): string | undefined {
  const { OnFailure } = item.record('DestinationConfig');
  if (!isRecord(OnFailure)) return undefined;
  return resources.get('AWS::SQS::Queue', idOfArn(OnFailure.Destination)).id;
}

/** By AWS's own documentation, only `dynamodb` can be filtered by: https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html */
function readFilters(item: Item): Readonly<Record<string, unknown>>[] {
  const { Filters = [] } = item.record('FilterCriteria');
  return (Filters as readonly { Pattern: string }[]).map(({ Pattern }) => {
    const pattern = JSON.parse(Pattern) as Record<string, unknown>;
    const strange = Object.keys(pattern).find((name) => name !== 'dynamodb');
    if (strange !== undefined) throw new Error(`${item.id}: a stream cannot be filtered by "${strange}".`);
    return pattern;
  });
}

import { describe, expect, test } from 'vitest';
import { arnOf, base, changed, read } from '../../test/support/stackTemplate.ts';
import type { Resource } from './template.ts';

const filtered = (pattern: object) => ({ Filters: [{ Pattern: JSON.stringify(pattern) }] });
const streamArn = { 'Fn::GetAtt': ['Rows', 'StreamArn'] };
const allow = (Action: string | string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

const rightsForStream = [
  allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], streamArn),
  allow('dynamodb:ListStreams', '*'),
  allow('sqs:SendMessage', arnOf('Dead')),
];

/** A table with a stream, and a function that gets its rows. */
function streaming(
  changes: Record<string, unknown> = {},
  StreamViewType = 'NEW_IMAGE',
): Record<string, Resource> {
  return {
    ...changed('Rows', { StreamSpecification: { StreamViewType } }),
    StreamPolicy: {
      Type: 'AWS::IAM::Policy',
      Properties: { Roles: [{ Ref: 'FnRole' }], PolicyDocument: { Statement: rightsForStream } },
    },
    StreamMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: streamArn,
        FunctionName: { Ref: 'Fn' },
        BatchSize: 50,
        BisectBatchOnFunctionError: true,
        StartingPosition: 'TRIM_HORIZON',
        MaximumRecordAgeInSeconds: 60,
        FilterCriteria: filtered({ dynamodb: { NewImage: { emit: { BOOL: [{ exists: true }] } } } }),
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: arnOf('Dead') } },
        ...changes,
      },
    },
  };
}

describe('reading the table, the queues and what wakes functions', () => {
  test('table, queues and mappings are told in plain words', () => {
    const { table, queues, mappings } = read();
    expect(table).toMatchObject({ name: 'Rows', ttlAttribute: 'ttl' });
    expect(queues[0]).toMatchObject({
      name: 'Work',
      visibilityTimeoutMs: 60_000,
      deadLetter: { queue: 'Dead', maxReceives: 5 },
    });
    expect(mappings).toEqual([
      { queue: 'Work', functionId: 'Fn', batchSize: 4, reportsItemFailures: true, concurrency: 2 },
    ]);
  });

  test('a stream and its mapping are told in plain words', () => {
    const { table, mappings, streamMappings } = read(streaming());
    expect(table.streamArn).toBe('arn:aws:dynamodb:us-east-1:000000000000:table/Rows/stream/local');
    expect(mappings).toHaveLength(1);
    expect(streamMappings).toEqual([
      {
        streamArn: table.streamArn,
        functionId: 'Fn',
        batchSize: 50,
        reportsItemFailures: true,
        bisects: true,
        maxAgeMs: 60_000,
        filters: [{ dynamodb: { NewImage: { emit: { BOOL: [{ exists: true }] } } } }],
        givenUp: 'Dead',
      },
    ]);
    expect(read().table).not.toHaveProperty('streamArn');
    expect(read().streamMappings).toEqual([]);
  });

  test.each<[string, Record<string, Resource | undefined>, string]>([
    [
      'a mapping whose function may not read the stream',
      { StreamPolicy: undefined },
      'dynamodb:DescribeStream',
    ],
    ['one of a table without a stream', { Rows: base.Rows }, 'Rows has no stream'],
    ['a stream with old images', streaming({}, 'NEW_AND_OLD_IMAGES'), 'only streams of new images'],
    ['several batches at a time', streaming({ ParallelizationFactor: 2 }), 'one batch of a stream at a time'],
    ['a start in the middle', streaming({ StartingPosition: 'LATEST' }), 'TRIM_HORIZON'],
    [
      'a filter by what cannot be filtered by',
      streaming({ FilterCriteria: filtered({ eventName: ['INSERT'] }) }),
      'eventName',
    ],
    ['a property that is not known', streaming({ TumblingWindowInSeconds: 5 }), 'TumblingWindowInSeconds'],
  ])('%s is refused', (_what, changes, message) => {
    expect(() => read({ ...streaming(), ...changes })).toThrow(message);
  });

  test.each(rightsForStream.map(({ Action }) => [Action].flat()[0]))(
    'a stream’s mapping whose function has no right to %s is refused',
    (action = '') => {
      const { StreamPolicy, ...rest } = streaming();
      const Statement = rightsForStream.filter(({ Action }) => ![Action].flat().includes(action));
      const PolicyDocument = { Statement };
      const policy = { ...StreamPolicy, Properties: { ...StreamPolicy?.Properties, PolicyDocument } };
      expect(() => read({ ...rest, StreamPolicy: policy as Resource })).toThrow(action);
    },
  );

  test.each<[string, Record<string, Resource | undefined>, string]>([
    ['a mapping whose function may not read the queue', { FnPolicy: undefined }, 'sqs:ReceiveMessage'],
    [
      'a queue that hides for less time than its function may run',
      changed('Work', { VisibilityTimeout: 5 }),
      'less time',
    ],
    ['an index', changed('Rows', { GlobalSecondaryIndexes: [{}] }), 'indexes'],
    ['a FIFO queue', changed('Dead', { FifoQueue: true }), 'FIFO'],
  ])('%s is refused', (_what, changes, message) => {
    expect(() => read(changes)).toThrow(message);
  });
});

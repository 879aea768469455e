import { describe, expect, test } from 'vitest';
import { rateMs, readStack } from './readStack.ts';
import type { Resource, Template } from './template.ts';

type Resources = Record<string, Resource>;

const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const api = (kind: string, properties: Record<string, unknown>): Resource => ({
  Type: `AWS::ApiGatewayV2::${kind}`,
  Properties: { ApiId: { Ref: 'Socket' }, ...properties },
});
const uri = (id: string) =>
  join(
    'arn:aws:apigateway:',
    { Ref: 'AWS::Region' },
    ':lambda:path/2015-03-31/functions/',
    arnOf(id),
    '/invocations',
  );
const permission = (id: string, path: string): Resource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: arnOf(id),
    Principal: 'apigateway.amazonaws.com',
    SourceArn: join(
      'arn:aws:execute-api:us-east-1:',
      { Ref: 'AWS::AccountId' },
      ':',
      { Ref: 'Socket' },
      `/${path}`,
    ),
  },
});

const base: Resources = {
  Fn: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Role: arnOf('FnRole'),
      Timeout: 10,
      Environment: { Variables: { TABLE_NAME: { Ref: 'Rows' }, QUEUE: { Ref: 'Work' } } },
    },
    Metadata: { 'tidings:entry': 'lambdas/fn.ts', 'tidings:features': 'features/index.ts' },
  },
  Helper: { Type: 'AWS::Lambda::Function', Properties: {} },
  FnRole: { Type: 'AWS::IAM::Role', Properties: {} },
  FnPolicy: {
    Type: 'AWS::IAM::Policy',
    Properties: {
      Roles: [{ Ref: 'FnRole' }],
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
            Resource: arnOf('Work'),
          },
        ],
      },
    },
  },
  Rows: {
    Type: 'AWS::DynamoDB::GlobalTable',
    Properties: {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    },
  },
  Work: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 60,
      RedrivePolicy: { deadLetterTargetArn: arnOf('Dead'), maxReceiveCount: 5 },
    },
  },
  Dead: { Type: 'AWS::SQS::Queue' },
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: arnOf('Work'),
      FunctionName: { Ref: 'Fn' },
      BatchSize: 4,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    },
  },
  Socket: {
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
  },
  Stage: api('Stage', { StageName: 'dev', AutoDeploy: true }),
  Proxy: api('Integration', { IntegrationType: 'AWS_PROXY', IntegrationUri: uri('Fn') }),
  Default: api('Route', {
    RouteKey: '$default',
    Target: join('integrations/', { Ref: 'Proxy' }),
    RouteResponseSelectionExpression: '$default',
  }),
  DefaultResponse: api('RouteResponse', { RouteId: { Ref: 'Default' }, RouteResponseKey: '$default' }),
  Connect: api('Route', {
    RouteKey: '$connect',
    Target: join('integrations/', { Ref: 'Proxy' }),
    AuthorizationType: 'CUSTOM',
    AuthorizerId: { Ref: 'Authorizer' },
  }),
  Authorizer: api('Authorizer', { AuthorizerType: 'REQUEST', AuthorizerUri: uri('Fn') }),
  Permission: permission('Fn', 'dev/$default'),
  Minute: {
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: arnOf('Fn'), Id: 'T' }],
    },
  },
};

const read = (changes: Record<string, Resource | undefined> = {}) => {
  const resources = Object.entries({ ...base, ...changes }).filter((entry): entry is [string, Resource] =>
    Boolean(entry[1]),
  );
  const template: Template = { Resources: Object.fromEntries(resources) };
  return readStack(template, {
    httpUrl: 'http://127.0.0.1:1',
    queueUrl: (id) => `http://127.0.0.1:2/${id}`,
  });
};
const route = (stack: ReturnType<typeof readStack>, key: string) =>
  stack.webSocket.routes.find(({ routeKey }) => routeKey === key);
const changed = (id: string, properties: Record<string, unknown>): Record<string, Resource> => ({
  [id]: { ...base[id], Type: base[id]?.Type ?? '', Properties: { ...base[id]?.Properties, ...properties } },
});

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

describe('reading the stack', () => {
  test('functions with an entry are run, with the environment resolved', () => {
    expect(read().functions).toMatchObject([
      {
        id: 'Fn',
        entry: 'lambdas/fn.ts',
        timeoutMs: 10_000,
        env: { TABLE_NAME: 'Rows', QUEUE: 'http://127.0.0.1:2/Work' },
      },
    ]);
  });

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

  test('API Gateway may invoke only what a permission covers, route by route', () => {
    const stack = read();
    expect(route(stack, '$default')?.proxy).toMatchObject({ functionId: 'Fn', permitted: true });
    expect(route(stack, '$connect')?.proxy).toMatchObject({ functionId: 'Fn', permitted: false });
    expect(route(stack, '$connect')?.authorizer).toMatchObject({ permitted: false, identitySources: [] });
    const all = read({ Permission: permission('Fn', '*') });
    expect(route(all, '$connect')).toMatchObject({
      proxy: { permitted: true },
      authorizer: { permitted: true },
    });
    const otherService = read(changed('Permission', { Principal: 'events.amazonaws.com' }));
    expect(route(otherService, '$default')?.proxy?.permitted).toBe(false);
    const otherStage = read({ Permission: permission('Fn', 'prod/*') });
    expect(route(otherStage, '$default')?.proxy?.permitted).toBe(false);
  });

  test('EventBridge needs a permission too', () => {
    expect(read().rules[0]).toMatchObject({
      everyMs: 60_000,
      targets: [{ functionId: 'Fn', permitted: false }],
    });
    const allowed = changed('Permission', { Principal: 'events.amazonaws.com', SourceArn: arnOf('Minute') });
    expect(read(allowed).rules[0]?.targets[0]?.permitted).toBe(true);
  });

  test('a route answers only with both halves of a route response', () => {
    expect(route(read(), '$default')?.routeResponse).toBe(true);
    expect(route(read({ DefaultResponse: undefined }), '$default')?.routeResponse).toBe(false);
    const halved = changed('Default', { RouteResponseSelectionExpression: { Ref: 'AWS::NoValue' } });
    expect(route(read(halved), '$default')?.routeResponse).toBe(false);
  });

  test('a MOCK integration comes with the templates of its response', () => {
    const stack = read({
      Mock: api('Integration', {
        IntegrationType: 'MOCK',
        RequestTemplates: { '200': '{"statusCode":200}' },
        TemplateSelectionExpression: '200',
      }),
      MockResponse: api('IntegrationResponse', {
        IntegrationId: { Ref: 'Mock' },
        IntegrationResponseKey: '$default',
        ResponseTemplates: { '200': 'pong' },
        TemplateSelectionExpression: '200',
      }),
      Ping: api('Route', { RouteKey: 'ping', Target: join('integrations/', { Ref: 'Mock' }) }),
    });
    expect(route(stack, 'ping')?.mock).toEqual({
      requestTemplates: { '200': '{"statusCode":200}' },
      templateSelectionExpression: '200',
      responseTemplates: { '200': 'pong' },
      responseTemplateSelectionExpression: '200',
    });
  });

  test.each<[string, Record<string, Resource | undefined>, string]>([
    ['a mapping whose function may not read the queue', { FnPolicy: undefined }, 'sqs:ReceiveMessage'],
    [
      'a queue that hides for less time than its function may run',
      changed('Work', { VisibilityTimeout: 5 }),
      'less time',
    ],
    [
      'a stage that nothing is deployed to',
      { Stage: api('Stage', { StageName: 'dev' }) },
      'nothing is deployed',
    ],
    [
      'an authorizer on a route of messages',
      changed('Default', { AuthorizationType: 'CUSTOM' }),
      'on $connect',
    ],
    ['a route with an API key', changed('Default', { ApiKeyRequired: true }), 'ApiKeyRequired'],
    ['a route with parameters', changed('Default', { RequestParameters: {} }), 'RequestParameters'],
    ['an integration with parameters', changed('Proxy', { RequestParameters: {} }), 'RequestParameters'],
    ['a proxy with templates', changed('Proxy', { RequestTemplates: { a: 'b' } }), 'RequestTemplates'],
    ['results that are remembered', changed('Authorizer', { AuthorizerResultTtlInSeconds: 300 }), 'Ttl'],
    ['an index', changed('Rows', { GlobalSecondaryIndexes: [{}] }), 'indexes'],
    ['a FIFO queue', changed('Dead', { FifoQueue: true }), 'FIFO'],
    ['a cron schedule', changed('Minute', { ScheduleExpression: 'cron(0 0 * * ? *)' }), 'rate'],
    ['a second WebSocket API', { Second: base.Socket }, 'exactly one'],
  ])('%s is refused', (_what, changes, message) => {
    expect(() => read(changes)).toThrow(message);
  });

  test.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
  ])('%s is %d ms', (expression, ms) => {
    expect(rateMs(expression, 'here')).toBe(ms);
  });
});

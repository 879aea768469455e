import { describe, expect, test } from 'vitest';
import {
  type Json,
  list,
  object,
  type Synthesized,
  shippedStage,
  synthesize,
  testStage,
} from './template.ts';

const stacks = { dev: synthesize(shippedStage('dev')), prod: synthesize(shippedStage('prod')) };
const { dev, prod } = stacks;

const one = ({ ofType }: Synthesized, type: string) => {
  const [found, ...more] = ofType(type);
  if (!found || more.length > 0) throw new Error(`one ${type} expected`);
  return found;
};
const tableOf = (stack: Synthesized) => one(stack, 'AWS::DynamoDB::GlobalTable');
const queueOf = ({ ofType, nameOf }: Synthesized, name: string) =>
  ofType('AWS::SQS::Queue').find(({ id }) => nameOf(id) === name);

describe('the table', () => {
  test.each([dev, prod])(
    'has one key of two strings, no index, a TTL and a price by the request',
    (stack) => {
      const { properties } = tableOf(stack);
      expect(properties).toMatchObject({
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      });
      expect(Object.keys(properties)).not.toContain('GlobalSecondaryIndexes');
      expect(Object.keys(properties)).not.toContain('LocalSecondaryIndexes');
    },
  );

  test.each([dev, prod])('can be set back to any second of the last days, in every stage', (stack) => {
    expect(tableOf(stack).properties.Replicas).toMatchObject([
      { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    ]);
  });

  test('outlives its stack in prod and goes with it in dev', () => {
    expect(tableOf(prod).properties.Replicas).toMatchObject([{ DeletionProtectionEnabled: true }]);
    expect(tableOf(prod).raw).toMatchObject({
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
    expect(tableOf(dev).properties.Replicas).toMatchObject([{ DeletionProtectionEnabled: false }]);
    expect(tableOf(dev).raw).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  });

  test('takes as much from its first second on as a stage says', () => {
    const warmThroughput = { readUnitsPerSecond: 20_000, writeUnitsPerSecond: 8_000 };
    expect(tableOf(synthesize(testStage({ warmThroughput }))).properties.WarmThroughput).toEqual({
      ReadUnitsPerSecond: 20_000,
      WriteUnitsPerSecond: 8_000,
    });
    expect(Object.keys(tableOf(dev).properties)).not.toContain('WarmThroughput');
  });

  test("is encrypted with DynamoDB's own key, or on demand with the account's", () => {
    const managed = synthesize(testStage({ tableKey: 'aws-managed' }));
    expect(tableOf(dev).properties.SSESpecification).toEqual({ SSEEnabled: false });
    expect(tableOf(managed).properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
  });
});

describe('the delivery queue', () => {
  test('is encrypted, keeps work for 4 days, and gives up a unit after five tries', () => {
    expect(queueOf(dev, 'queue')?.properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 4 * 24 * 3600,
      RedrivePolicy: {
        maxReceiveCount: 5,
        deadLetterTargetArn: { 'Fn::GetAtt': [queueOf(dev, 'deadLetters')?.id, 'Arn'] },
      },
    });
  });

  test('what it gave up is kept for 14 days', () => {
    expect(queueOf(dev, 'deadLetters')?.properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 3600,
    });
  });

  test('a unit is not handed out twice while deliver is at work', () => {
    const deliver = dev.functions.find(({ id }) => dev.nameOf(id) === 'lambdas/deliver.ts');
    const timeout = Number(deliver?.properties.Timeout);
    expect(queueOf(dev, 'queue')?.properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeout);
  });

  test('deliver takes ten units at a time, gives back only the failed ones, and is held to a pace', () => {
    const paced = synthesize(testStage({ deliveryConcurrency: 7 }));
    const sources = paced.ofType('AWS::Lambda::EventSourceMapping').map(({ properties }) => properties);
    const source = sources.find(({ EventSourceArn }) => paced.text(EventSourceArn) === 'queue.Arn') ?? {};
    expect(source).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 7 },
    });
    expect(paced.text(source.FunctionName)).toBe('lambdas/deliver.ts');
  });
});

test('reap runs every minute', () => {
  const rules = dev.ofType('AWS::Events::Rule').map((rule) => rule.properties);
  const properties = rules.find((rule) => 'ScheduleExpression' in rule) ?? {};
  expect(properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
  expect(list(properties.Targets).map((target) => dev.text(object(target).Arn))).toEqual([
    'lambdas/reap.ts.Arn',
  ]);
});

describe('the stages of the APIs', () => {
  const throttled = { ratePerSecond: 50, burst: 20 };
  const { ofType, text } = synthesize(testStage({ throttle: throttled, accessLogs: true }));

  test('bear the name of the stage and are throttled', () => {
    const stages = ofType('AWS::ApiGatewayV2::Stage').map(({ properties }) => ({
      api: text(properties.ApiId),
      name: properties.StageName,
      throttle: properties.DefaultRouteSettings,
    }));
    const throttle = { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 20 };
    expect(stages).toEqual([
      { api: 'socketApi', name: 'test', throttle },
      { api: 'httpApi', name: '$default', throttle },
    ]);
  });

  test('access logs are off unless asked for, and hold no query string and no header', () => {
    const formats = (stack: Synthesized) =>
      stack
        .ofType('AWS::ApiGatewayV2::Stage')
        .flatMap(({ properties }) => list(object(properties.AccessLogSettings).Format));
    expect(formats(dev)).toEqual([]);
    const both = formats({ ...dev, ofType }).map(String);
    expect(both).toHaveLength(2);
    expect(both[0]).toContain('$context.connectionId');
    for (const format of both) {
      expect(JSON.parse(format)).toMatchObject({ route: '$context.routeKey', status: '$context.status' });
      expect(format).not.toMatch(/query|header|path|authorizer|identity/i);
    }
  });

  test('the role of the account that access logs need is made if asked for, before the stage, and outlives the stack', () => {
    expect(ofType('AWS::ApiGateway::Account')).toEqual([]);
    const stack = synthesize(testStage({ accessLogs: { accountRole: true } }));
    const [account] = stack.ofType('AWS::ApiGateway::Account');
    const role = stack.byId(stack.text(account?.properties.CloudWatchRoleArn).replace('.Arn', ''));
    expect([account?.raw.DeletionPolicy, role.raw.DeletionPolicy]).toEqual(['Retain', 'Retain']);
    const [socket] = stack.ofType('AWS::ApiGatewayV2::Stage');
    expect(list(socket?.raw.DependsOn)).toContain(account?.id);
  });
});

test('the outputs are the addresses and names that clients, publishers and operators need', () => {
  const outputs = Object.entries(object(dev.template.Outputs));
  expect(Object.fromEntries(outputs.map(([name, output]) => [name, dev.text(object(output).Value)]))).toEqual(
    {
      WebSocketUrl: 'wss://socketApi.execute-api.{Region}.{URLSuffix}/dev',
      HttpUrl: 'https://httpApi.execute-api.{Region}.{URLSuffix}',
      ManagementUrl: 'https://socketApi.execute-api.{Region}.{URLSuffix}/dev',
      EventBusName: 'eventBus',
      TableName: 'table',
      UserPoolId: expect.stringMatching(/^UserPoolUsers/),
      UserPoolClientId: expect.stringMatching(/^UserPoolApp/),
    },
  );
});

test('the template says everything with references and joined texts, but for where the code is', () => {
  const used = new Set<string>();
  const visit = (value: Json, key: string): void => {
    if (typeof value !== 'object' || value === null || key === 'Code') return;
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'Ref' || name.startsWith('Fn::')) used.add(name);
      visit(inner, name);
    }
  };
  for (const { raw } of dev.resources) visit(raw, '');
  visit(dev.template.Outputs ?? null, '');
  expect([...used].sort()).toEqual(['Fn::GetAtt', 'Fn::Join', 'Ref']);
});

test('logs outlive their stack in prod', () => {
  for (const { raw } of prod.ofType('AWS::Logs::LogGroup'))
    expect(raw.DeletionPolicy).toBe('RetainExceptOnCreate');
  for (const { raw } of dev.ofType('AWS::Logs::LogGroup')) expect(raw.DeletionPolicy).toBe('Delete');
});

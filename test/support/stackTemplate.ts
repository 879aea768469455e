import { readStack } from '../../local/template/readStack.ts';
import type { Resource, Template } from '../../local/template/template.ts';

type Resources = Record<string, Resource>;

export const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });
export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const api = (kind: string, properties: Record<string, unknown>): Resource => ({
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
export const permission = (id: string, path: string): Resource => ({
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

/** The smallest template that has one of all that the local stack reads. */
export const base: Resources = {
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

/** The stack of this template with some resources in other forms, or (undefined) without them. */
export const read = (changes: Record<string, Resource | undefined> = {}) => {
  const resources = Object.entries({ ...base, ...changes }).filter((entry): entry is [string, Resource] =>
    Boolean(entry[1]),
  );
  const template: Template = { Resources: Object.fromEntries(resources) };
  return readStack(template, {
    httpUrl: 'http://127.0.0.1:1',
    queueUrl: (id) => `http://127.0.0.1:2/${id}`,
  });
};
/** One of its resources, with other properties. */
export const changed = (id: string, properties: Record<string, unknown>): Record<string, Resource> => ({
  [id]: { ...base[id], Type: base[id]?.Type ?? '', Properties: { ...base[id]?.Properties, ...properties } },
});

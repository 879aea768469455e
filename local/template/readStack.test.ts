import { describe, expect, test } from 'vitest';
import { api, arnOf, base, changed, join, permission, read } from '../../test/support/stackTemplate.ts';
import { rateMs, type readStack } from './readStack.ts';
import type { Resource } from './template.ts';

const route = (stack: ReturnType<typeof readStack>, key: string) =>
  stack.webSocket.routes.find(({ routeKey }) => routeKey === key);

const policyOf = (statement: object): Record<string, Resource> => ({
  Denied: {
    Type: 'AWS::IAM::Policy',
    Properties: { Roles: [{ Ref: 'FnRole' }], PolicyDocument: { Statement: [statement] } },
  },
});

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

  test('a function has the rights of its role: those of its own policies, and of what is attached to it', () => {
    const allow = (action: string) => ({ Effect: 'Allow', Action: action, Resource: '*' });
    const Policies = [{ PolicyName: 'own', PolicyDocument: { Statement: allow('dynamodb:Query') } }];
    const others = {
      ...policyOf(allow('dynamodb:GetItem')),
      Other: {
        Type: 'AWS::IAM::Policy',
        Properties: { Roles: [{ Ref: 'HelperRole' }], PolicyDocument: { Statement: [{ Effect: 'Deny' }] } },
      },
      HelperRole: { Type: 'AWS::IAM::Role' },
    };
    const [fn] = read({ ...changed('FnRole', { Policies }), ...others }).functions;
    const actions = fn?.role.statements.flatMap((one) => one.actions.map(({ text }) => text));
    expect(fn?.role.name).toBe('FnRole');
    expect(new Set(actions)).toEqual(
      new Set([
        'dynamodb:Query',
        'dynamodb:GetItem',
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
        'sqs:GetQueueAttributes',
      ]),
    );
  });

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
    [
      'a stage that nothing is deployed to',
      { Stage: api('Stage', { StageName: 'dev' }) },
      'nothing is deployed',
    ],
    [
      'a deployment that may be made before a route',
      {
        Stage: api('Stage', { StageName: 'dev', DeploymentId: { Ref: 'Deployment' } }),
        Deployment: {
          ...api('Deployment', {}),
          DependsOn: ['Default', 'DefaultResponse', 'Proxy', 'Authorizer'],
        },
      },
      'may be made before Connect',
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
    ['a cron schedule', changed('Minute', { ScheduleExpression: 'cron(0 0 * * ? *)' }), 'rate'],
    [
      'a role with a managed policy',
      changed('FnRole', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/X'] }),
      'ManagedPolicyArns',
    ],
    [
      'a role with a boundary',
      changed('FnRole', { PermissionsBoundary: 'arn:aws:iam::1:policy/X' }),
      'PermissionsBoundary',
    ],
    [
      'a role that is denied something',
      policyOf({ Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' }),
      'Deny',
    ],
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

import { describe, expect, test } from 'vitest';
import { actionNames } from '../support/appContracts.ts';
import { list, object, type Resource, synthesize, testStage } from './template.ts';

const { ofType, byId, nameOf, text } = synthesize(testStage());

const routesOf = (api: string) =>
  ofType('AWS::ApiGatewayV2::Route').filter(({ properties }) => text(properties.ApiId) === api);
const keyOf = (route: Resource) => String(route.properties.RouteKey);
const route = (key: string): Resource => {
  const [found, ...more] = routesOf('socketApi').filter((one) => keyOf(one) === key);
  if (!found || more.length > 0) throw new Error(`${more.length + 1} routes ${key} expected to be one`);
  return found;
};

const integrationOf = ({ properties }: Resource): Resource =>
  byId(text(properties.Target).replace(/^integrations\//, ''));

/** The entry of the function that a route ends in, followed as API Gateway does. */
const entryOf = (one: Resource): string => {
  const uri = text(integrationOf(one).properties.IntegrationUri);
  return uri.replace(/^.*\/functions\//, '').replace(/\.Arn(\/invocations)?$/, '');
};

const answers = (one: Resource): boolean =>
  one.properties.RouteResponseSelectionExpression === '$default' &&
  ofType('AWS::ApiGatewayV2::RouteResponse').some(
    ({ properties }) =>
      object(properties.RouteId).Ref === one.id && properties.RouteResponseKey === '$default',
  );

describe('the WebSocket API', () => {
  test('routes a frame by its action', () => {
    const [api] = ofType('AWS::ApiGatewayV2::Api').filter(({ id }) => nameOf(id) === 'socketApi');
    expect(api?.properties.RouteSelectionExpression).toBe('$request.body.action');
  });

  test('has a route for every action of the protocol, and none that nobody knows', () => {
    const expected = ['$connect', '$disconnect', '$default', 'ping', ...actionNames];
    expect(routesOf('socketApi').map(keyOf).sort()).toEqual(expected.sort());
  });

  test.each(['$default', ...actionNames])('%s runs the message function and its answer is sent', (key) => {
    expect(entryOf(route(key))).toBe('lambdas/message.ts');
    expect(answers(route(key))).toBe(true);
  });

  test('all actions share one integration, far below the 300 that an API may have', () => {
    expect(new Set(actionNames.map((key) => integrationOf(route(key)).id)).size).toBe(1);
  });

  test('a connection that opens runs connect, one that ends runs disconnect', () => {
    expect(entryOf(route('$connect'))).toBe('lambdas/connect.ts');
    expect(entryOf(route('$disconnect'))).toBe('lambdas/disconnect.ts');
  });

  test('authorize judges every connect, with or without a header', () => {
    const { AuthorizationType, AuthorizerId } = route('$connect').properties;
    expect(AuthorizationType).toBe('CUSTOM');
    const authorizer = byId(text(AuthorizerId)).properties;
    expect(authorizer.AuthorizerType).toBe('REQUEST');
    expect(text(authorizer.ApiId)).toBe('socketApi');
    expect(text(authorizer.AuthorizerUri)).toMatch(/\/functions\/lambdas\/authorize\.ts\.Arn\/invocations$/);
    expect(list(authorizer.IdentitySource)).toEqual([]);
  });

  test('ping is answered with the time and runs no function', () => {
    const ping = integrationOf(route('ping'));
    expect(ping.properties).toMatchObject({
      IntegrationType: 'MOCK',
      RequestTemplates: { '200': '{"statusCode":200}' },
      TemplateSelectionExpression: '200',
    });
    expect(answers(route('ping'))).toBe(true);
    const responses = ofType('AWS::ApiGatewayV2::IntegrationResponse').map(({ properties }) => properties);
    expect(responses).toEqual([
      {
        ApiId: ping.properties.ApiId,
        IntegrationId: { Ref: ping.id },
        IntegrationResponseKey: '$default',
        ResponseTemplates: { '200': '{"type":"pong","ts":$context.requestTimeEpoch}' },
        TemplateSelectionExpression: '200',
      },
    ]);
  });
});

describe('the HTTP API', () => {
  test('has the five routes of the protocol, and all run the http function', () => {
    expect(
      routesOf('httpApi')
        .map((one) => `${keyOf(one)} → ${entryOf(one)}`)
        .sort(),
    ).toEqual([
      'GET /asyncapi.json → lambdas/http.ts',
      'GET /health → lambdas/http.ts',
      'GET /stats → lambdas/http.ts',
      'POST /actions/{action} → lambdas/http.ts',
      'POST /tickets → lambdas/http.ts',
    ]);
  });

  test('answers browsers from the allowed origins only', () => {
    const cors = (origins: string[]) => {
      const other = synthesize(testStage({ allowedOrigins: origins }));
      return other.ofType('AWS::ApiGatewayV2::Api').map(({ properties }) => properties.CorsConfiguration);
    };
    expect(cors([])).toEqual([undefined, undefined]);
    expect(cors(['https://app.example.com'])).toContainEqual(
      expect.objectContaining({
        AllowOrigins: ['https://app.example.com'],
        AllowHeaders: ['authorization', 'content-type'],
        AllowMethods: ['GET', 'POST'],
      }),
    );
  });
});

describe('invoke permissions', () => {
  const permissions = ofType('AWS::Lambda::Permission').map(({ properties }) => ({
    target: text(properties.FunctionName).replace(/\.Arn$/, ''),
    principal: properties.Principal,
    source: text(properties.SourceArn),
  }));

  const permits = (target: string, principal: string, source: string) =>
    permissions.some(
      (one) => one.target === target && one.principal === principal && matches(one.source, source),
    );
  const api = (path: string) => `arn:{Partition}:execute-api:{Region}:{AccountId}:${path}`;

  test('every route may call its function', () => {
    for (const one of routesOf('socketApi').filter((each) => keyOf(each) !== 'ping')) {
      const source = api(`socketApi/test/${keyOf(one)}`);
      expect(permits(entryOf(one), 'apigateway.amazonaws.com', source), keyOf(one)).toBe(true);
    }
    for (const one of routesOf('httpApi')) {
      const source = api(`httpApi/$default/${keyOf(one).replace(' /', '/')}`);
      expect(permits(entryOf(one), 'apigateway.amazonaws.com', source), keyOf(one)).toBe(true);
    }
  });

  test('the authorizer may call authorize, and the rule may call reap', () => {
    const [authorizer] = ofType('AWS::ApiGatewayV2::Authorizer');
    const rule = ofType('AWS::Events::Rule').find(({ properties }) => 'ScheduleExpression' in properties);
    const source = api(`socketApi/authorizers/${authorizer?.id}`);
    expect(permits('lambdas/authorize.ts', 'apigateway.amazonaws.com', source)).toBe(true);
    expect(permits('lambdas/reap.ts', 'events.amazonaws.com', `${rule?.id}.Arn`)).toBe(true);
  });

  test('one permission for each function that something calls, and each names who may', () => {
    expect(permissions.map(({ target }) => target).sort()).toEqual([
      'lambdas/authorize.ts',
      'lambdas/bus.ts',
      'lambdas/connect.ts',
      'lambdas/disconnect.ts',
      'lambdas/http.ts',
      'lambdas/message.ts',
      'lambdas/reap.ts',
    ]);
    for (const { source } of permissions) {
      expect(source).toMatch(/socketApi\/|httpApi\/|^ReaperEachMinute|^EventBusApiPublished/);
    }
  });
});

/** Whether an ARN matches a pattern of a resource policy, where a `*` also spans slashes. */
function matches(pattern: string, arn: string): boolean {
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(arn);
}

import type { HttpApi, Throttle } from '@tidings/gateway';
import { awsQuotas } from '@tidings/gateway';
import { isRecord } from '../http/httpJson.ts';
import type { HasPermission } from './permissions.ts';
import { functionOf, type Item, type Resources } from './readResources.ts';
import { arn } from './template.ts';

/** A function as an API calls it. `permitted`: whether API Gateway has the right to. */
export interface Target {
  readonly functionId: string;
  readonly permitted: boolean;
}

interface MockDescription {
  readonly requestTemplates: Record<string, string>;
  readonly templateSelectionExpression?: string;
  readonly responseTemplates: Record<string, string>;
  readonly responseTemplateSelectionExpression?: string;
}

export interface RouteDescription {
  readonly routeKey: string;
  readonly proxy?: Target & { readonly timeoutMs: number };
  readonly mock?: MockDescription;
  readonly authorizer?: Target & { readonly identitySources: readonly string[] };
  readonly routeResponse: boolean;
}

export interface WebSocketDescription {
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Record<string, string>;
  readonly throttle?: Throttle;
  readonly routeSelectionExpression: string;
  readonly routes: readonly RouteDescription[];
}

export interface HttpDescription {
  readonly apiId: string;
  readonly routes: readonly (Target & { readonly routeKey: string })[];
  readonly cors?: NonNullable<HttpApi['cors']>;
  readonly throttle?: Throttle;
}

const ofRoute = ['ApiId', 'RouteKey', 'OperationName', 'Target', 'AuthorizationType', 'AuthorizerId'];
const ofAnswers = [...ofRoute, 'RouteResponseSelectionExpression'];
const ofAuthorizer = ['ApiId', 'Name', 'AuthorizerType', 'AuthorizerUri', 'IdentitySource'];
const ofIntegration = ['ApiId', 'Description', 'IntegrationType', 'IntegrationMethod', 'TimeoutInMillis'];
const ofProxy = [...ofIntegration, 'IntegrationUri', 'PayloadFormatVersion'];
const ofMock = [...ofIntegration, 'RequestTemplates', 'TemplateSelectionExpression'];

const isProtocol = (protocol: string) => (api: Item) => api.text('ProtocolType') === protocol;

export function readWebSocketApi(resources: Resources, hasPermission: HasPermission): WebSocketDescription {
  const api = resources.only('AWS::ApiGatewayV2::Api', isProtocol('WEBSOCKET'));
  const stage = readStage(resources, api);
  const variables = stage.texts('StageVariables');
  const target = (uri: string | undefined, where: string, source: string): Target => {
    const functionId = functionOf(uri, where);
    const permitted = hasPermission(
      functionId,
      'apigateway.amazonaws.com',
      arn('execute-api', `${api.id}/${source}`),
    );
    return { functionId, permitted };
  };

  const readRoute = (route: Item): RouteDescription => {
    route.onlyHas(ofAnswers);
    const routeKey = route.text('RouteKey');
    return {
      routeKey,
      ...readIntegration(route, (uri, where) => target(uri, where, `${stage.text('StageName')}/${routeKey}`)),
      ...readAuthorizer(route),
      // Two-way replies need both halves (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html).
      routeResponse:
        route.maybeText('RouteResponseSelectionExpression') === '$default' &&
        of(resources, 'RouteResponse', api).some(
          (response) =>
            response.text('RouteId') === route.id && response.text('RouteResponseKey') === '$default',
        ),
    };
  };

  function readIntegration(route: Item, proxyTarget: (uri: string, where: string) => Target) {
    const reference = route.maybeText('Target');
    if (reference === undefined) return {};
    const integration = resources.get(
      'AWS::ApiGatewayV2::Integration',
      reference.replace('integrations/', ''),
    );
    const type = integration.text('IntegrationType');
    if (type === 'AWS_PROXY' || type === 'MOCK') integration.onlyHas(type === 'MOCK' ? ofMock : ofProxy);
    if (type === 'MOCK') return { mock: readMock(resources, api, integration) };
    if (type !== 'AWS_PROXY')
      throw new Error(`${integration.id}: the local stack does not know ${type} integrations.`);
    const timeoutMs = integration.number('TimeoutInMillis', 29_000);
    return { proxy: { ...proxyTarget(integration.text('IntegrationUri'), integration.id), timeoutMs } };
  }

  function readAuthorizer(route: Item) {
    const type = route.maybeText('AuthorizationType') ?? 'NONE';
    if (type === 'NONE') return {};
    if (type !== 'CUSTOM' || route.text('RouteKey') !== '$connect') {
      throw new Error(`${route.id}: a WebSocket API takes a Lambda authorizer on $connect and no other.`);
    }
    const authorizer = resources.get('AWS::ApiGatewayV2::Authorizer', route.text('AuthorizerId'));
    authorizer.onlyHas(ofAuthorizer);
    const identitySources = authorizer.list('IdentitySource').map(String);
    const uri = authorizer.maybeText('AuthorizerUri');
    return { authorizer: { ...target(uri, authorizer.id, `authorizers/${authorizer.id}`), identitySources } };
  }

  return {
    apiId: api.id,
    stage: stage.text('StageName'),
    stageVariables: variables,
    ...readThrottle(stage),
    routeSelectionExpression: api.text('RouteSelectionExpression'),
    routes: of(resources, 'Route', api).map(readRoute),
  };
}

function readMock(resources: Resources, api: Item, integration: Item): MockDescription {
  const response = of(resources, 'IntegrationResponse', api).find(
    (candidate) =>
      candidate.text('IntegrationId') === integration.id &&
      candidate.text('IntegrationResponseKey') === '$default',
  );
  const selection = integration.maybeText('TemplateSelectionExpression');
  const responseSelection = response?.maybeText('TemplateSelectionExpression');
  return {
    requestTemplates: integration.texts('RequestTemplates'),
    ...(selection === undefined ? {} : { templateSelectionExpression: selection }),
    responseTemplates: response?.texts('ResponseTemplates') ?? {},
    ...(responseSelection === undefined ? {} : { responseTemplateSelectionExpression: responseSelection }),
  };
}

/** The HTTP API, where the stack has one. */
export function readHttpApi(resources: Resources, hasPermission: HasPermission): HttpDescription | undefined {
  if (!resources.ofType('AWS::ApiGatewayV2::Api').some(isProtocol('HTTP'))) return undefined;
  const api = resources.only('AWS::ApiGatewayV2::Api', isProtocol('HTTP'));
  const stageItem = readStage(resources, api);
  const stage = stageItem.text('StageName');
  if (stage !== '$default')
    throw new Error(`${api.id}: the local stack knows only the $default stage of an HTTP API.`);

  const readRoute = (route: Item) => {
    route.onlyHas(ofRoute);
    if ((route.maybeText('AuthorizationType') ?? 'NONE') !== 'NONE') {
      throw new Error(`${route.id}: the local stack knows no authorizers of HTTP APIs.`);
    }
    const routeKey = route.text('RouteKey');
    const id = route.text('Target').replace('integrations/', '');
    const integration = resources.get('AWS::ApiGatewayV2::Integration', id);
    integration.onlyHas(ofProxy);
    if (integration.text('PayloadFormatVersion') !== '2.0') {
      throw new Error(`${id}: the local stack knows only payload format 2.0.`);
    }
    const functionId = functionOf(integration.text('IntegrationUri'), id);
    const source = arn('execute-api', `${api.id}/${stage}/${sourceOf(routeKey)}`);
    return { routeKey, functionId, permitted: hasPermission(functionId, 'apigateway.amazonaws.com', source) };
  };

  const cors = readCors(api);
  return {
    apiId: api.id,
    routes: of(resources, 'Route', api).map(readRoute),
    ...(cors ? { cors } : {}),
    ...readThrottle(stageItem),
  };
}

/** `POST /actions/{action}` is `POST/actions/{action}` in a source ARN. */
function sourceOf(routeKey: string): string {
  return routeKey.replace(' ', '').replace(/^ANY/, '*');
}

function readCors(api: Item): HttpApi['cors'] {
  const cors = api.get('CorsConfiguration');
  if (!isRecord(cors)) return undefined;
  const texts = (name: string) => (Array.isArray(cors[name]) ? cors[name].map(String) : []);
  return {
    allowOrigins: texts('AllowOrigins'),
    allowMethods: texts('AllowMethods'),
    allowHeaders: texts('AllowHeaders'),
    ...(cors.ExposeHeaders === undefined ? {} : { exposeHeaders: texts('ExposeHeaders') }),
    ...(cors.AllowCredentials === undefined ? {} : { allowCredentials: cors.AllowCredentials === true }),
    ...(cors.MaxAge === undefined ? {} : { maxAgeSeconds: Number(cors.MaxAge) }),
  };
}

function readStage(resources: Resources, api: Item): Item {
  const stage = resources.only('AWS::ApiGatewayV2::Stage', (item) => item.text('ApiId') === api.id);
  // Routes are served only once deployed (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-set-up-websocket-deployment.html).
  if (stage.get('AutoDeploy') === true) return stage;
  const id = stage.maybeText('DeploymentId');
  if (id === undefined) {
    throw new Error(`${stage.id}: nothing is deployed to this stage (neither AutoDeploy nor DeploymentId).`);
  }
  const before = resources.before(resources.get('AWS::ApiGatewayV2::Deployment', id).id);
  const missed = copied.flatMap((kind) => of(resources, kind, api)).find((part) => !before.has(part.id));
  if (missed) {
    throw new Error(
      `${id}: may be made before ${missed.id}, and does not hold it then: it has to depend on it.`,
    );
  }
  return stage;
}

/** What a stage takes: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html */
function readThrottle(stage: Item): { throttle?: Throttle } {
  if (Object.keys(stage.record('RouteSettings')).length > 0)
    throw new Error(`${stage.id}: the local stack knows no settings of single routes.`);
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = stage.record('DefaultRouteSettings');
  if (rate === undefined && burst === undefined) return {};
  const { requestsPerSecond, requestBurst } = awsQuotas;
  return {
    throttle: {
      ratePerSecond: Number(rate ?? requestsPerSecond),
      burst: Number(burst ?? requestBurst),
    },
  };
}

/** What a deployment holds a copy of. */
const copied = ['Authorizer', 'Integration', 'IntegrationResponse', 'Route', 'RouteResponse'];

/** The API's own resources of a kind. */
function of(resources: Resources, kind: string, api: Item): readonly Item[] {
  return resources.ofType(`AWS::ApiGatewayV2::${kind}`).filter((item) => item.text('ApiId') === api.id);
}

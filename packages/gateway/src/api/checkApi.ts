import { isHost } from '../handshake/hostHeader.ts';
import type { Quotas } from '../quotas.ts';
import { awsQuotas } from '../quotas.ts';
import type {
  Cors,
  HttpApi,
  HttpRoute,
  Integration,
  RequestAuthorizer,
  Route,
  Throttle,
  WebSocketApi,
} from './api.ts';
import type { Known } from './knownFields.ts';
import { onlyKnown } from './knownFields.ts';

const webSocketFields: Known<WebSocketApi> = {
  apiId: true,
  stage: true,
  region: true,
  accountId: true,
  domainName: true,
  stageVariables: true,
  throttle: true,
  routeSelectionExpression: true,
  routes: true,
};
const routeFields: Known<Route> = {
  routeKey: true,
  integration: true,
  authorizer: true,
  routeResponse: true,
};
const authorizerFields: Known<RequestAuthorizer> = { invoke: true, identitySources: true };
const integrationFields: { [K in Integration['kind']]: Known<Extract<Integration, { kind: K }>> } = {
  proxy: { kind: true, invoke: true, timeoutMs: true },
  mock: {
    kind: true,
    requestTemplates: true,
    templateSelectionExpression: true,
    responseTemplates: true,
    responseTemplateSelectionExpression: true,
  },
};
const httpFields: Known<HttpApi> = {
  apiId: true,
  stage: true,
  region: true,
  accountId: true,
  domainName: true,
  routes: true,
  cors: true,
  throttle: true,
};
const throttleFields: Known<Throttle> = { ratePerSecond: true, burst: true };
const httpRouteFields: Known<HttpRoute> = { routeKey: true, invoke: true };
const corsFields: Known<Cors> = {
  allowOrigins: true,
  allowMethods: true,
  allowHeaders: true,
  exposeHeaders: true,
  allowCredentials: true,
  maxAgeSeconds: true,
};

// https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
const timeoutMs = { min: 50, max: 29_000 };
// https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html
const stageName = /^[A-Za-z0-9_-]{1,128}$/;
const stageVariable = { name: /^[A-Za-z0-9_]+$/, value: /^[A-Za-z0-9\-._~:/?#&=,]+$/ };

const identitySource = /^(route\.request\.(header|querystring)|stageVariables|context)\../;
/** The route keys that are API Gateway's own. */
export const reservedRouteKeys: ReadonlySet<string> = new Set(['$connect', '$disconnect', '$default']);

/** @throws where an integration cannot be given this time; no quota raises it. */
export function checkTimeout(what: string, ms: number): void {
  const { min, max } = timeoutMs;
  if (!(ms >= min && ms <= max)) throw new Error(`${what} is from ${min} to ${max}, not ${ms}`);
}

function checkIntegration(routeKey: string, integration: Integration): void {
  const fields = Object.hasOwn(integrationFields, integration.kind) && integrationFields[integration.kind];
  if (!fields) {
    const kinds = Object.keys(integrationFields).join(' and ');
    throw new Error(`Route ${routeKey}: integrations are ${kinds}, there is no "${integration.kind}" here`);
  }
  onlyKnown<object>(`Integration of route ${routeKey}`, integration, fields);
  if (integration.kind === 'proxy' && integration.timeoutMs !== undefined)
    checkTimeout(`Route ${routeKey}: timeoutMs`, integration.timeoutMs);
}

function checkAuthorizer(routeKey: string, authorizer: RequestAuthorizer): void {
  if (routeKey !== '$connect') throw new Error(`Route ${routeKey}: only $connect can have an authorizer`);
  onlyKnown(`Authorizer of route ${routeKey}`, authorizer, authorizerFields);
  const strange = authorizer.identitySources.find((source) => !identitySource.test(source));
  if (strange !== undefined) throw new Error(`Route ${routeKey}: there is no identity source ${strange}`);
}

function checkRoute(route: Route): void {
  const { routeKey, integration, authorizer } = route;
  if (routeKey === '') throw new Error('A route key must not be empty');
  if (routeKey.startsWith('$') && !reservedRouteKeys.has(routeKey)) {
    throw new Error(`Route ${routeKey}: a route key of your own must not begin with "$"`);
  }
  onlyKnown(`Route ${routeKey}`, route, routeFields);
  if (integration) checkIntegration(routeKey, integration);
  if (authorizer) checkAuthorizer(routeKey, authorizer);
}

function checkKeys(routes: readonly { readonly routeKey: string }[]): void {
  const keys = routes.map(({ routeKey }) => routeKey);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined) throw new Error(`Route ${twice}: there are two of them`);
}

function checkRouteCount({ length }: readonly unknown[], max: number): void {
  if (length > max) throw new Error(`There are ${length} routes, and an API has at most ${max}`);
}

function checkDomainName({ domainName }: { domainName?: string }): void {
  if (domainName !== undefined && !isHost(domainName))
    throw new Error(`domainName is a host, with or without a port, not ${domainName}`);
}

function checkThrottle({ throttle }: { throttle?: Throttle }): void {
  if (!throttle) return;
  onlyKnown('throttle', throttle, throttleFields);
  for (const [name, value] of Object.entries(throttle)) {
    if (!(value >= 0)) throw new Error(`throttle: ${name} is a number from 0, not ${value}`);
  }
}

/** @throws where AWS would not deploy this API, or where it asks for something that is not done here; names it */
export function checkWebSocketApi(api: WebSocketApi, { routesPerApi }: Pick<Quotas, 'routesPerApi'>): void {
  const { stage, stageVariables = {}, routes } = api;
  onlyKnown('API', api, webSocketFields);
  if (!stageName.test(stage))
    throw new Error(`Stage ${stage}: a name is 1 to 128 letters, digits, hyphens and underscores`);
  for (const [name, value] of Object.entries(stageVariables)) {
    if (!stageVariable.name.test(name) || !stageVariable.value.test(value))
      throw new Error(`Stage variable ${name}: its name or value has characters that AWS does not take`);
  }
  checkDomainName(api);
  checkThrottle(api);
  checkRouteCount(routes, routesPerApi);
  for (const route of routes) checkRoute(route);
  checkKeys(routes);
}

/** @throws as `checkWebSocketApi` */
export function checkHttpApi(api: HttpApi): void {
  onlyKnown('API', api, httpFields);
  if (api.stage !== '$default') throw new Error(`Stage ${api.stage}: only $default is served here`);
  checkDomainName(api);
  checkThrottle(api);
  if (api.cors) onlyKnown('cors', api.cors, corsFields);
  checkRouteCount(api.routes, awsQuotas.routesPerApi);
  for (const route of api.routes) onlyKnown(`Route ${route.routeKey}`, route, httpRouteFields);
  checkKeys(api.routes);
}

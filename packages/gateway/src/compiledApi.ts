import type { Integration, Route, WebSocketApi } from './api.ts';
import type { Clock } from './clock.ts';
import type { LambdaEvent } from './events.ts';
import type { Outcome } from './invokeWithin.ts';
import { invokeWithin } from './invokeWithin.ts';
import { compileMock } from './mockIntegration.ts';
import type { Quotas } from './quotas.ts';
import type { Select } from './selectionExpression.ts';
import { compileSelection } from './selectionExpression.ts';
import type { Unknowns } from './unknowns.ts';

/** A route, ready to run. */
export interface CompiledRoute {
  route: Route;
  /** Undefined where the route has no integration. */
  run: ((event: LambdaEvent, body: string) => Promise<Outcome>) | undefined;
}

/** An API with its expressions and templates compiled, and its mistakes found. */
export interface CompiledApi {
  api: WebSocketApi;
  stagePath: string;
  managementPrefix: string;
  connect: CompiledRoute | undefined;
  disconnect: CompiledRoute | undefined;
  /** The route of a message; never `$connect` or `$disconnect`, whatever the message says. */
  routeFor(body: string): CompiledRoute | undefined;
}

interface Settings {
  clock: Clock;
  quotas: Quotas;
  unknowns: Unknowns;
}

const identitySource = /^(route\.request\.(header|querystring)|stageVariables|context)\../;
const reserved = new Set(['$connect', '$disconnect', '$default']);

function checkRoutes(routes: readonly Route[]): void {
  const seen = new Set<string>();
  for (const { routeKey, authorizer } of routes) {
    if (routeKey.startsWith('$') && !reserved.has(routeKey)) {
      throw new Error(`Route ${routeKey}: a route key of your own must not begin with "$"`);
    }
    if (authorizer && routeKey !== '$connect')
      throw new Error(`Route ${routeKey}: only $connect can have an authorizer`);
    const strange = authorizer?.identitySources.find((source) => !identitySource.test(source));
    if (strange !== undefined) throw new Error(`Route ${routeKey}: there is no identity source ${strange}`);
    if (seen.has(routeKey)) throw new Error(`Route ${routeKey}: there are two of them`);
    seen.add(routeKey);
  }
}

function compileIntegration(
  integration: Integration | undefined,
  { clock, quotas }: Settings,
): CompiledRoute['run'] {
  if (!integration) return;
  if (integration.kind === 'proxy') {
    const timeoutMs = integration.timeoutMs ?? quotas.integrationTimeoutMs;
    return ({ event }) => invokeWithin(integration.invoke, event, timeoutMs, clock);
  }
  const answer = compileMock(integration);
  return async ({ requestContext }, body) => {
    try {
      return { kind: 'answered', answer: answer(body, requestContext) };
    } catch (cause) {
      return { kind: 'failed', cause };
    }
  };
}

function router(
  routes: Map<string, CompiledRoute>,
  select: Select,
  ignoreCase: boolean,
): CompiledApi['routeFor'] {
  const named = (key: string) => (ignoreCase ? key.toLowerCase() : key);
  const byKey = new Map(
    [...routes].filter(([key]) => !reserved.has(key)).map(([key, route]) => [named(key), route]),
  );
  const fallback = routes.get('$default');
  return (body) => {
    const key = select(body);
    return (key === undefined ? undefined : byKey.get(named(key))) ?? fallback;
  };
}

/**
 * Compiles an API.
 *
 * @throws where the API is one that AWS would not deploy, or uses a template or expression that is not supported here
 */
export function compileApi(api: WebSocketApi, settings: Settings): CompiledApi {
  checkRoutes(api.routes);
  const compiled = api.routes.map((route): [string, CompiledRoute] => [
    route.routeKey,
    { route, run: compileIntegration(route.integration, settings) },
  ]);
  const routes = new Map(compiled);
  const { scalarRouteKeys, routeKeysIgnoreCase } = settings.unknowns;
  const select = compileSelection(api.routeSelectionExpression, scalarRouteKeys);
  return {
    api,
    stagePath: `/${api.stage}`,
    managementPrefix: `/${api.stage}/@connections/`,
    connect: routes.get('$connect'),
    disconnect: routes.get('$disconnect'),
    routeFor: router(routes, select, routeKeysIgnoreCase),
  };
}

import type { Clock } from '../clock.ts';
import type { Quotas } from '../quotas.ts';
import type { LambdaEvent } from '../route/events.ts';
import type { Outcome } from '../route/invokeWithin.ts';
import { invokeWithin } from '../route/invokeWithin.ts';
import { compileMock } from '../route/mockIntegration.ts';
import type { Select } from '../route/selectionExpression.ts';
import { compileSelection } from '../route/selectionExpression.ts';
import { throttleOf } from '../tokenBucket.ts';
import type { Unknowns } from '../unknowns.ts';
import type { Integration, Route, WebSocketApi } from './api.ts';
import { checkWebSocketApi, reservedRouteKeys } from './checkApi.ts';

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
  /** Takes one request out of what the stage allows. */
  takeRequest(): boolean;
  /** The route of a message; never `$connect` or `$disconnect`, whatever the message says. */
  routeFor(body: string): CompiledRoute | undefined;
}

interface Settings {
  clock: Clock;
  quotas: Quotas;
  unknowns: Unknowns;
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
    [...routes].filter(([key]) => !reservedRouteKeys.has(key)).map(([key, route]) => [named(key), route]),
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
  checkWebSocketApi(api, settings.quotas);
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
    takeRequest: throttleOf(api, settings.clock),
    routeFor: router(routes, select, routeKeysIgnoreCase),
  };
}

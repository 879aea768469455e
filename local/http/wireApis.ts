import type { HttpApi, Integration, Invoke, RequestAuthorizer, Route, WebSocketApi } from '@tidings/gateway';
import type {
  HttpDescription,
  RouteDescription,
  Target,
  WebSocketDescription,
} from '../template/readApis.ts';
import { account } from '../template/template.ts';

/** Runs a function by its logical id. */
export type InvokeFunction = (functionId: string, event: unknown, maxWaitMs?: number) => Promise<unknown>;

/** So long API Gateway waits: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
const maxWaitMs = 29_000;

/** The WebSocket API as the gateway takes it. */
export function webSocketApi(description: WebSocketDescription, invoke: InvokeFunction): WebSocketApi {
  const { apiId, stage, stageVariables, routeSelectionExpression, routes, throttle } = description;
  return {
    apiId,
    stage,
    region: account.region,
    accountId: account.accountId,
    ...(Object.keys(stageVariables).length > 0 ? { stageVariables } : {}),
    routeSelectionExpression,
    ...(throttle && { throttle }),
    routes: routes.map((route) => asRoute(route, invoke)),
  };
}

/** The HTTP API as the gateway takes it. */
export function httpApi({ apiId, routes, cors, throttle }: HttpDescription, invoke: InvokeFunction): HttpApi {
  return {
    apiId,
    stage: '$default',
    region: account.region,
    accountId: account.accountId,
    routes: routes.map(({ routeKey, ...target }) => ({ routeKey, invoke: invoker(target, invoke) })),
    ...(throttle && { throttle }),
    // No page of elsewhere comes this far, so that this lets in every page of this machine, whatever its port.
    ...(cors ? { cors: { ...cors, allowOrigins: [...cors.allowOrigins, 'http://*'] } } : {}),
  };
}

function asRoute(
  { routeKey, proxy, mock, authorizer, routeResponse }: RouteDescription,
  invoke: InvokeFunction,
): Route {
  const integration: Integration | undefined = proxy
    ? { kind: 'proxy', invoke: invoker(proxy, invoke), timeoutMs: proxy.timeoutMs }
    : mock && { kind: 'mock', ...mock };
  const asked: RequestAuthorizer | undefined = authorizer && {
    invoke: invoker(authorizer, invoke),
    identitySources: authorizer.identitySources,
  };
  return {
    routeKey,
    ...(integration ? { integration } : {}),
    ...(asked ? { authorizer: asked } : {}),
    routeResponse,
  };
}

/** A call that API Gateway has no right to make fails on the laptop too: AWS answers it with an internal error. */
function invoker({ functionId, permitted }: Target, invoke: InvokeFunction): Invoke {
  if (permitted) return (event) => invoke(functionId, event, maxWaitMs);
  return () => Promise.reject(new Error(`API Gateway has no permission to invoke ${functionId}.`));
}

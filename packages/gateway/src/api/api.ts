/** Anything that survives JSON. */
export type Json = string | number | boolean | null | Json[] | { [k: string]: Json };

/**
 * Runs a Lambda function: event in, answer out; rejects where the function throws or times out.
 * The gateway copies event and answer as JSON, so that no object is shared with the function.
 */
export type Invoke = (event: Json) => Promise<unknown>;

/** Told about what went wrong inside: a function that failed, a malformed answer. Never given a body or a token. */
export type OnError = (what: string, cause: unknown) => void;

/** How a handshake ended. */
export interface HandshakeOutcome {
  /** 101: the connection is open. */
  readonly status: number;
  /** Who refused it; the gateway does so before any function runs. */
  readonly refusedBy?: 'gateway' | 'authorizer' | '$connect';
  /** Of a connection that is open. */
  readonly connectionId?: string;
  /** What its authorizer gave it. */
  readonly authorizer?: Readonly<Record<string, Json>>;
}

/** Told about each handshake. */
export type OnHandshake = (outcome: HandshakeOutcome) => void;

/** A request to `@connections` that has an Authorization header: what a signature covers, and what is asked for. */
export interface ManagementRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  /** As Node has them, with names in small letters. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly connectionId: string;
}

/** A request that something else than a server of Node's has read, whole. */
export interface ReadRequest extends Omit<ManagementRequest, 'connectionId'> {
  /** What it came by: once that is destroyed nothing comes of the request any more. @default its sender stays */
  readonly line?: { readonly destroyed: boolean };
}

/** What it is answered with. */
export interface ManagementAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: string | undefined;
}

/** An answer to a request that is not let in. Without the type, which goes into a header, the SDKs name no error. */
export interface ManagementRefusal {
  readonly status: number;
  readonly errorType: string;
  readonly body: Readonly<Record<string, string>>;
}

/** Asked about each request to `@connections` before it has any effect; `undefined` lets it in. It may take its time. */
export type AuthorizeManagement = (
  request: ManagementRequest,
) => ManagementRefusal | undefined | Promise<ManagementRefusal | undefined>;

/**
 * A REQUEST Lambda authorizer, the only kind of Lambda authorizer that a WebSocket API has.
 * Identity sources: `route.request.header.X`, `route.request.querystring.X`, `stageVariables.X`, `context.X`;
 * where one of them is absent or empty the handshake ends with 401 and the function is not run.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
 */
export interface RequestAuthorizer {
  invoke: Invoke;
  identitySources: readonly string[];
}

/** A Lambda proxy integration. */
export interface ProxyIntegration {
  kind: 'proxy';
  invoke: Invoke;
  /** @default 29_000 milliseconds, which is also AWS's maximum for WebSocket APIs */
  timeoutMs?: number;
}

/**
 * A MOCK integration: answers without a function. Templates may hold literal text and `$context.X`; anything else
 * of the Velocity language makes `createWebSocketGateway` throw.
 */
export interface MockIntegration {
  kind: 'mock';
  /** Rendered to `{"statusCode": n}`; keyed by what `templateSelectionExpression` gives, else `$default`. */
  requestTemplates: Record<string, string>;
  templateSelectionExpression?: string;
  /** The text of the reply, keyed by what `responseTemplateSelectionExpression` gives, else `$default`. */
  responseTemplates: Record<string, string>;
  responseTemplateSelectionExpression?: string;
}

export type Integration = ProxyIntegration | MockIntegration;

/** A route. Without a route response nothing that the integration answers is sent to the client. */
export interface Route {
  /** `$connect`, `$disconnect`, `$default`, or a key of your own, which must not begin with `$`. */
  routeKey: string;
  integration?: Integration;
  /** Only `$connect` can have one. */
  authorizer?: RequestAuthorizer;
  routeResponse: boolean;
}

/**
 * What a stage takes, a token bucket: its default route settings. One for all of its routes, since AWS says of neither
 * kind of API that each route has its own.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-protect.html
 */
export interface Throttle {
  ratePerSecond: number;
  burst: number;
}

/** One stage of one WebSocket API. */
export interface WebSocketApi {
  apiId: string;
  stage: string;
  region: string;
  accountId: string;
  /** What events say, for functions that build an address from it; a port may follow. @default as AWS names it */
  domainName?: string;
  stageVariables?: Record<string, string>;
  /** Of handshakes and messages; posts to connections are the account's alone. @default the account's quotas alone */
  throttle?: Throttle;
  /** `$request.body.x`, or text with `${request.body.x}` in it. */
  routeSelectionExpression: string;
  routes: readonly Route[];
}

/** A route of an HTTP API: `POST /actions/{action}`, `ANY /files/{path+}`, `$default`. */
export interface HttpRoute {
  routeKey: string;
  invoke: Invoke;
}

/** CORS settings of an HTTP API, which then answers preflight requests itself. */
export interface Cors {
  allowOrigins: string[];
  allowMethods: string[];
  allowHeaders: string[];
  /** @default none */
  exposeHeaders?: string[];
  /** @default false */
  allowCredentials?: boolean;
  maxAgeSeconds?: number;
}

/** An HTTP API with its `$default` stage; functions get payload format 2.0. */
export interface HttpApi {
  apiId: string;
  stage: '$default';
  region: string;
  accountId: string;
  /** As a WebSocket API's. @default as AWS names it */
  domainName?: string;
  routes: readonly HttpRoute[];
  cors?: Cors;
  /** Of requests that have a route. @default none */
  throttle?: Throttle;
}

/** The host name of an API: its own, or the one that AWS gives it. */
export function domainNameOf(api: { apiId: string; region: string; domainName?: string }): string {
  return api.domainName ?? `${api.apiId}.execute-api.${api.region}.amazonaws.com`;
}

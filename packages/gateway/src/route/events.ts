import type { Json, WebSocketApi } from '../api/api.ts';
import { domainNameOf } from '../api/api.ts';
import type { MultiMap } from '../http/requestParts.ts';
import { requestTime } from '../http/requestTime.ts';
import { newId } from '../ids.ts';

/** What is known of a connection, and the same in each of its events. */
export interface ConnectionFacts {
  connectionId: string;
  connectedAtMs: number;
  identity: { sourceIp: string; userAgent?: string };
  /** What the authorizer said; it is part of every event of the connection, also of `$disconnect`. */
  authorizer?: Record<string, Json>;
}

/** A handshake as the functions see it. */
export interface ConnectRequest {
  headers: MultiMap;
  query: MultiMap | undefined;
}

export type RequestContext = Record<string, Json>;

/** An event that is on its way to a function. */
export interface LambdaEvent {
  event: Record<string, Json>;
  requestContext: RequestContext;
}

interface Source {
  api: WebSocketApi;
  facts: ConnectionFacts;
  nowMs: number;
}

function requestContext({ api, facts, nowMs }: Source, own: RequestContext): RequestContext {
  const requestId = newId();
  return {
    ...own,
    extendedRequestId: requestId,
    requestTime: requestTime(nowMs),
    messageDirection: 'IN',
    stage: api.stage,
    connectedAt: facts.connectedAtMs,
    requestTimeEpoch: nowMs,
    identity: { ...facts.identity },
    requestId,
    domainName: domainNameOf(api),
    connectionId: facts.connectionId,
    apiId: api.apiId,
    ...(facts.authorizer && { authorizer: facts.authorizer }),
  };
}

function variables(api: WebSocketApi): Record<string, Json> {
  return api.stageVariables && Object.keys(api.stageVariables).length > 0
    ? { stageVariables: { ...api.stageVariables } }
    : {};
}

/** The `$connect` event, the only one with the client's headers and query string. */
export function connectEvent(source: Source, { headers, query }: ConnectRequest): LambdaEvent {
  const context = requestContext(source, { routeKey: '$connect', eventType: 'CONNECT' });
  const event = {
    headers: headers.single,
    multiValueHeaders: headers.multi,
    ...(query && { queryStringParameters: query.single, multiValueQueryStringParameters: query.multi }),
    ...variables(source.api),
    requestContext: context,
    isBase64Encoded: false,
  };
  return { event, requestContext: context };
}

/** The authorizer's event: that of `$connect`, with the ARN to allow, and with every map present. */
export function authorizerEvent(source: Source, { headers, query }: ConnectRequest): LambdaEvent {
  const context = requestContext(source, { routeKey: '$connect', eventType: 'CONNECT' });
  const event = {
    type: 'REQUEST',
    methodArn: connectArn(source.api),
    headers: headers.single,
    multiValueHeaders: headers.multi,
    queryStringParameters: query?.single ?? {},
    multiValueQueryStringParameters: query?.multi ?? {},
    stageVariables: { ...source.api.stageVariables },
    requestContext: context,
  };
  return { event, requestContext: context };
}

/** What a policy must allow for a connection to open. */
export function connectArn(api: WebSocketApi): string {
  return `arn:aws:execute-api:${api.region}:${api.accountId}:${api.apiId}/${api.stage}/$connect`;
}

/** A message's event: no headers, no query string. */
export function messageEvent(source: Source, routeKey: string, body: string): LambdaEvent {
  const context = requestContext(source, { routeKey, messageId: newId(), eventType: 'MESSAGE' });
  const event = { ...variables(source.api), requestContext: context, body, isBase64Encoded: false };
  return { event, requestContext: context };
}

/** The `$disconnect` event; its four headers are AWS's, not the client's. */
export function disconnectEvent(source: Source, closure: { code: number; reason: string }): LambdaEvent {
  const context = requestContext(source, {
    routeKey: '$disconnect',
    disconnectStatusCode: closure.code,
    eventType: 'DISCONNECT',
    disconnectReason: closure.reason,
  });
  const headers = { Host: domainNameOf(source.api), 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  const event = {
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...variables(source.api),
    requestContext: context,
    isBase64Encoded: false,
  };
  return { event, requestContext: context };
}

import type { IncomingMessage } from 'node:http';
import type { HttpApi, Json } from '../api/api.ts';
import { domainNameOf } from '../api/api.ts';
import { newId } from '../ids.ts';
import type { HttpMatch } from './httpRoutes.ts';
import { addedHeaders, headerLines, listElements, pathOf, sourceIpOf, targetOf } from './requestParts.ts';
import { requestTime } from './requestTime.ts';

// Elsewhere in the event, or of one hop only, as is what `Connection` names:
// https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1
const notPassed = ['connection', 'cookie', 'keep-alive', 'transfer-encoding', 'upgrade', 'x-forwarded-for'];

function joined(pairs: Iterable<readonly [string, string]>): Record<string, string> {
  const all: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) all[name] = name in all ? `${all[name]},${value}` : value;
  return all;
}

function headersOf(request: IncomingMessage, nowMs: number): Record<string, string> {
  const sent = [...headerLines(request)].map(([name, value]) => [name.toLowerCase(), value] as const);
  const added = Object.entries(addedHeaders(request, nowMs)).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  const left = new Set([...notPassed, ...listElements(request.headers.connection?.toLowerCase())]);
  return joined([...sent.filter(([name]) => !left.has(name)), ...added]);
}

// AWS does not name them; measured on AWS in https://github.com/ministackorg/ministack/pull/766
const textType = /^(text\/|application\/(json|javascript|xml) *(;|$))/i;

function bodyParts(request: IncomingMessage, body: Buffer): Record<string, Json> {
  if (body.length === 0) return { isBase64Encoded: false };
  const isText = textType.test(request.headers['content-type'] ?? '');
  return { body: body.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

/**
 * A request in payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEvent(
  api: HttpApi,
  match: HttpMatch,
  request: IncomingMessage,
  body: Buffer,
  nowMs: number,
): Json {
  const domainName = domainNameOf(api);
  const url = targetOf(request);
  const path = pathOf(url);
  const rawQueryString = url.slice(path.length + 1);
  const query = joined(new URLSearchParams(rawQueryString));
  const cookies = request.headers.cookie?.split(/;\s*/);
  const { pathParameters, route } = match;
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies && { cookies }),
    headers: headersOf(request, nowMs),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: api.accountId,
      apiId: api.apiId,
      domainName,
      domainPrefix: domainName.split('.')[0] ?? '',
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: sourceIpOf(request),
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: newId(),
      routeKey: route.routeKey,
      stage: api.stage,
      time: requestTime(nowMs),
      timeEpoch: nowMs,
    },
    ...bodyParts(request, body),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
  };
}

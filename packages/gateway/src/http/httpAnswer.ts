import type { Json } from '../api/api.ts';
import { isRecord, readProxyAnswer } from '../route/proxyAnswer.ts';

/** What goes back to an HTTP client. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** An answer in API Gateway's own words. */
export function ownAnswer(status: number, message: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

function bytesOf({ body, isBase64Encoded }: Record<string, Json>): Buffer {
  return Buffer.from(typeof body === 'string' ? body : '', isBase64Encoded === true ? 'base64' : 'utf8');
}

/**
 * Reads a function's answer as payload format 2.0 has it: with a status code it is a response, without one it is the
 * body of a 200, as JSON. Undefined where it is malformed.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function inferHttpAnswer(answer: Json): HttpAnswer | undefined {
  if (!isRecord(answer) || answer.statusCode === undefined) {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  const proxy = readProxyAnswer(answer);
  if (!proxy || proxy.statusCode < 200) return;
  const cookies = Array.isArray(answer.cookies)
    ? answer.cookies.filter((cookie) => typeof cookie === 'string')
    : [];
  const headers = { 'content-type': 'text/plain;charset=UTF-8', ...proxy.headers };
  return {
    status: proxy.statusCode,
    headers: cookies.length > 0 ? { ...headers, 'set-cookie': cookies } : headers,
    body: bytesOf(answer),
  };
}

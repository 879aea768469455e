import type { Json } from '../api/api.ts';

/** What a proxy integration answered. */
export interface ProxyAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** Whether a JSON value is an object with keys. */
export function isRecord(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function statusOf(value: Json | undefined): number | undefined {
  const status = typeof value === 'string' ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599
    ? status
    : undefined;
}

function textOf({ body, isBase64Encoded }: Record<string, Json>): string | undefined {
  if (body === undefined || body === null) return '';
  if (typeof body !== 'string') return;
  return isBase64Encoded === true ? Buffer.from(body, 'base64').toString('utf8') : body;
}

function headersOf(value: Json | undefined): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) return;
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(value)) {
    if (text === null) continue;
    if (typeof text === 'object') return;
    headers[name.toLowerCase()] = String(text);
  }
  return headers;
}

/** Reads a proxy answer, header names in small letters; undefined where it is malformed or has no status code. */
export function readProxyAnswer(answer: Json): ProxyAnswer | undefined {
  if (!isRecord(answer)) return;
  const statusCode = statusOf(answer.statusCode);
  const headers = headersOf(answer.headers);
  const body = textOf(answer);
  if (statusCode === undefined || headers === undefined || body === undefined) return;
  return { statusCode, headers, body };
}

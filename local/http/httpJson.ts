import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a caller sent is wrong: answered with its status and this sentence. */
export class BadInput extends Error {
  readonly status: number = 400;
}

class NotJson extends BadInput {
  override readonly status = 415;
}

const maxBodyBytes = 4 * 1024 * 1024;

/** Reads a whole body. @throws {BadInput} above 4 MB, more than any of the services here takes. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    parts.push(part);
    bytes += part.length;
    if (bytes > maxBodyBytes) throw new BadInput('The body is above 4 MB.');
  }
  return Buffer.concat(parts);
}

/**
 * Reads a JSON object that is sent as one; no body is an empty object. Other types of content are what a page may
 * send to any address without asking first (https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
 *
 * @throws {BadInput} on anything else
 */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (body.length > 0 && !/^application\/json *(;|$)/i.test(type)) {
    throw new NotJson('The body must be sent with "content-type: application/json".');
  }
  return parseObject(body);
}

/** Reads a JSON object; no text is an empty object. @throws {BadInput} on anything else. */
export function parseObject(body: Buffer): Record<string, unknown> {
  const text = body.toString('utf8');
  if (text.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new BadInput('The body is not JSON.', { cause });
  }
  if (!isRecord(value)) throw new BadInput('The body must be a JSON object.');
  return value;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}

/** Refuses a field that is not known: a misspelt one would otherwise silently mean nothing. */
export function onlyKnown(input: Record<string, unknown>, known: readonly string[]): void {
  for (const field of Object.keys(input)) {
    if (!known.includes(field))
      throw new BadInput(`"${field}" is not known here. Known are: ${known.join(', ')}.`);
  }
}

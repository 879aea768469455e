import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a caller sent is wrong: answered with 400 and this sentence. */
export class BadInput extends Error {}

const longestBodyBytes = 4 * 1024 * 1024;

/** Reads a whole body. @throws {BadInput} above 4 MB, more than any of the services here takes. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    parts.push(part);
    bytes += part.length;
    if (bytes > longestBodyBytes) throw new BadInput('The body is above 4 MB.');
  }
  return Buffer.concat(parts);
}

/** Reads a JSON object; an empty body is an empty object. @throws {BadInput} on anything else. */
export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const text = (await readBody(request)).toString('utf8');
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

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Refuses a field that is not known: a misspelt one would otherwise silently mean nothing. */
export function onlyKnown(input: Record<string, unknown>, known: readonly string[]): void {
  for (const field of Object.keys(input)) {
    if (!known.includes(field))
      throw new BadInput(`"${field}" is not known here. Known are: ${known.join(', ')}.`);
  }
}

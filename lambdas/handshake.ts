import type { Handshake } from '../core/api/authorize.ts';

type Values<T> = Readonly<Record<string, T | undefined>> | null;

/**
 * Reads the parts of a handshake that count. A header on several lines is one list, with commas between
 * (https://www.rfc-editor.org/rfc/rfc9110#section-5.3), but API Gateway's `headers` hold only its last line: all of
 * them are in `multiValueHeaders`, under names in the case that the client wrote.
 */
export function toHandshake(event: {
  headers?: Values<string>;
  multiValueHeaders?: Values<readonly string[]>;
  queryStringParameters?: Values<string>;
}): Handshake {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(event.multiValueHeaders ?? event.headers ?? {})) {
    const key = name.toLowerCase();
    const lines = [headers.get(key) ?? [], value ?? []].flat();
    if (lines.length > 0) headers.set(key, lines.join(', '));
  }
  return { headers: Object.fromEntries(headers), query: event.queryStringParameters ?? {} };
}

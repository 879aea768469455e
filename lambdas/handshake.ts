import type { Handshake } from '../core/authorize.ts';

/** Reads the parts of a handshake that count; API Gateway passes header names in the case that the client wrote. */
export function toHandshake(event: {
  headers?: Readonly<Record<string, string | undefined>> | null;
  queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
}): Handshake {
  const headers = Object.entries(event.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return { headers: Object.fromEntries(headers), query: event.queryStringParameters ?? {} };
}

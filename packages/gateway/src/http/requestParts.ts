import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** A header or query parameter in the two forms that events carry: its last value, and all of them. */
export interface MultiMap {
  single: Record<string, string>;
  multi: Record<string, string[]>;
}

function multiMap(pairs: Iterable<readonly [string, string]>): MultiMap {
  const multi: Record<string, string[]> = Object.create(null);
  const single: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) {
    const values = multi[name];
    if (values) values.push(value);
    else multi[name] = [value];
    single[name] = value;
  }
  return { single, multi };
}

// Node's own WebSocket client writes its header names in small letters; AWS's captures have them all like this.
function canonicalName(name: string): string {
  const words = name
    .toLowerCase()
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return words.join('-').replace(/^Sec-Websocket-/, 'Sec-WebSocket-');
}

/** Name and value of each header line, in the order sent. */
export function* headerLines(request: IncomingMessage): Generator<readonly [string, string]> {
  for (let at = 0; at + 1 < request.rawHeaders.length; at += 2) {
    yield [request.rawHeaders[at] ?? '', request.rawHeaders[at + 1] ?? ''];
  }
}

/** The elements of a header that is a list; those of several lines come joined by commas. None where it is absent. */
export function listElements(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(',').map((element) => element.trim());
}

/** The client's address. */
export function sourceIpOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
}

/** The headers that API Gateway adds to what the client sent. */
export function addedHeaders(request: IncomingMessage, nowMs: number): Record<string, string> {
  const seconds = Math.floor(nowMs / 1000).toString(16);
  const forwardedFor = [...headerLines(request)].find(([name]) => name.toLowerCase() === 'x-forwarded-for');
  return {
    'X-Amzn-Trace-Id': `Root=1-${seconds}-${randomBytes(12).toString('hex')}`,
    'X-Forwarded-For': [...(forwardedFor ? [forwardedFor[1]] : []), sourceIpOf(request)].join(', '),
    'X-Forwarded-Port': String(request.socket.localPort ?? 443),
    'X-Forwarded-Proto': 'http',
  };
}

// In none of AWS's captures, although every client sends both.
const hopByHop = new Set(['Connection', 'Upgrade']);

/** A handshake's headers as `$connect` sees them. */
export function connectHeaders(request: IncomingMessage, nowMs: number): MultiMap {
  const added = Object.entries(addedHeaders(request, nowMs));
  const names = new Set([...hopByHop, ...added.map(([name]) => name)]);
  const sent = [...headerLines(request)].map(([name, value]) => [canonicalName(name), value] as const);
  return multiMap([...sent.filter(([name]) => !names.has(name)), ...added]);
}

/** Query parameters, decoded; undefined where the address has none. */
export function queryOf(url: string): MultiMap | undefined {
  const mark = url.indexOf('?');
  if (mark < 0) return;
  const pairs = [...new URLSearchParams(url.slice(mark + 1))];
  return pairs.length > 0 ? multiMap(pairs) : undefined;
}

/**
 * A request's path and query string, also where its address is absolute, which every server has to take.
 * https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
 */
export function targetOf({ url = '/' }: IncomingMessage): string {
  if (url.startsWith('/')) return url;
  const [, target] = /^https?:\/\/[^/?]*(.*)$/i.exec(url) ?? [];
  return target === undefined ? url : target.startsWith('/') ? target : `/${target}`;
}

/** The path of a request's address, as sent. */
export function pathOf(url: string): string {
  const mark = url.indexOf('?');
  return mark < 0 ? url : url.slice(0, mark);
}

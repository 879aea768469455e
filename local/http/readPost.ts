import type { IncomingHttpHeaders } from 'node:http';

/** A request as its bytes say it. */
export interface Post {
  readonly method: 'POST';
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const requestLine = /^POST (\/[!-~]*) HTTP\/1\.1$/;
const headerLine = /^([a-z0-9-]+): ([!-~](?:[ -~]*[!-~])?)$/;
/** What a signed post has. Any other header may mean something, and none may come twice. */
const known: ReadonlySet<string> = new Set([
  ...['host', 'content-type', 'content-length'],
  ...['authorization', 'x-amz-date', 'x-amz-security-token'],
]);

/**
 * Reads one whole request in the form in which the functions' pool writes their posts, as a server of HTTP/1.1 would read
 * it: https://www.rfc-editor.org/rfc/rfc9112
 *
 * @param host where it has to be sent to
 * @returns undefined for whatever has another form, right or wrong
 */
export function readPost(bytes: Buffer, host: string): Post | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [, target] = requestLine.exec(first) ?? [];
  if (target === undefined) return undefined;
  const headers: IncomingHttpHeaders = {};
  for (const line of lines) {
    const [, name = '', value] = headerLine.exec(line) ?? [];
    if (!known.has(name) || name in headers) return undefined;
    headers[name] = value;
  }
  const body = bytes.subarray(end + 4);
  if (headers.host !== host || headers['content-length'] !== String(body.length)) return undefined;
  return { method: 'POST', target, headers, body };
}

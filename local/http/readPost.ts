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
const signatureForm = /^[0-9a-f]{64}$/;
const signatureLength = 64;

/** What stood around the last signature: of a broadcast's posts, nothing but address and signature differ. */
interface Last {
  readonly before: string;
  readonly after: string;
  readonly headers: IncomingHttpHeaders;
  /** Of `before`, what belongs to the signature's header. */
  readonly authorization: string;
}

/**
 * Reads whole requests in the form in which the functions' pool writes their posts, as a server of HTTP/1.1 would read
 * them: https://www.rfc-editor.org/rfc/rfc9112
 *
 * @param host where they have to be sent to
 * @returns what reads one; it returns undefined for whatever has another form, right or wrong
 */
export function postReader(host: string): (bytes: Buffer) => Post | undefined {
  let last: Last | undefined;
  return (bytes) => {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return undefined;
    const head = bytes.toString('latin1', 0, end);
    const firstEnd = head.indexOf('\r\n');
    const [, target] = requestLine.exec(head.slice(0, firstEnd)) ?? [];
    if (target === undefined) return undefined;
    const lines = head.slice(firstEnd + 2);
    let headers = last && likeLast(lines, last);
    if (!headers) {
      headers = readHeaders(lines);
      last = headers && lastOf(lines, headers);
    }
    const body = bytes.subarray(end + 4);
    if (headers?.host !== host || headers['content-length'] !== String(body.length)) return undefined;
    return { method: 'POST', target, headers, body };
  };
}

function readHeaders(lines: string): IncomingHttpHeaders | undefined {
  const headers: IncomingHttpHeaders = {};
  for (const line of lines.split('\r\n')) {
    const [, name = '', value] = headerLine.exec(line) ?? [];
    if (!known.has(name) || name in headers) return undefined;
    headers[name] = value;
  }
  return headers;
}

function lastOf(lines: string, headers: IncomingHttpHeaders): Last | undefined {
  const { authorization = '' } = headers;
  if (!signatureForm.test(authorization.slice(-signatureLength))) return undefined;
  const signatureAt = lines.indexOf(authorization) + authorization.length - signatureLength;
  return {
    before: lines.slice(0, signatureAt),
    after: lines.slice(signatureAt + signatureLength),
    headers,
    authorization: authorization.slice(0, -signatureLength),
  };
}

/** The headers, where they are the last ones but for the signature. */
function likeLast(
  lines: string,
  { before, after, headers, authorization }: Last,
): IncomingHttpHeaders | undefined {
  if (!lines.startsWith(before) || !lines.endsWith(after)) return undefined;
  const signature = lines.slice(before.length, lines.length - after.length);
  if (!signatureForm.test(signature)) return undefined;
  return { ...headers, authorization: authorization + signature };
}

import type { IncomingHttpHeaders } from 'node:http';

/** A request as its bytes say it. */
export interface Post {
  readonly method: 'POST';
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Undefined for whatever has another form than those posts have. */
export type PostReader = (bytes: Buffer) => Post | undefined;

const [lineBegin, lineEnd] = ['POST ', ' HTTP/1.1\r\n'];
const targetForm = /^\/[!-~]*$/;
const headerLine = /^([a-z0-9-]+): ([!-~](?:[ -~]*[!-~])?)$/;
/** What a signed post has. Any other header may mean something, and none may come twice. */
const known: ReadonlySet<string> = new Set([
  ...['host', 'content-type', 'content-length'],
  ...['authorization', 'x-amz-date', 'x-amz-security-token'],
]);
const signatureForm = /=[0-9a-f]{64}$/;
const signatureLength = 64;

/** The last post that was read. Of a broadcast's posts, nothing but address and signature differ. */
interface Last {
  /** What stood between its first line and its signature. */
  readonly before: Buffer;
  /** What stood behind its signature, with the body. */
  readonly after: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** How much of `before` belongs to the signature's header. */
  readonly authorizationLength: number;
  readonly body: Buffer;
}

/**
 * Reads whole requests in the form in which the functions' pool writes their posts, as a server of HTTP/1.1 would read
 * them: https://www.rfc-editor.org/rfc/rfc9112
 *
 * @param host where they have to be sent to
 * @returns what reads one; it returns undefined for whatever has another form, right or wrong. Posts with the same body
 * get the same `Buffer`
 */
export function postReader(host: string): PostReader {
  let last: Last | undefined;
  return (bytes) => {
    const like = last && likeLast(bytes, last);
    if (like) return like;
    const linesAt = bytes.indexOf('\r\n') + 2;
    const target = targetIn(bytes, linesAt);
    if (target === undefined) return undefined;
    const read = readRest(bytes, linesAt);
    if (read?.headers.host !== host) return undefined;
    last = lastOf(bytes, linesAt, read);
    return { method: 'POST', target, ...read };
  };
}

/** @param end of the first line */
function targetIn(bytes: Buffer, end: number): string | undefined {
  const line = bytes.toString('latin1', 0, end);
  if (!line.startsWith(lineBegin) || !line.endsWith(lineEnd)) return undefined;
  const target = line.slice(lineBegin.length, -lineEnd.length);
  return targetForm.test(target) ? target : undefined;
}

/** Headers and body, where the body is as long as the headers say. Others may write over the bytes, so it is a copy. */
function readRest(bytes: Buffer, linesAt: number): Pick<Post, 'headers' | 'body'> | undefined {
  const end = bytes.indexOf('\r\n\r\n', linesAt);
  const headers = end < 0 ? undefined : readHeaders(bytes.toString('latin1', linesAt, end));
  const body = Buffer.from(bytes.subarray(end + 4));
  return headers?.['content-length'] === String(body.length) ? { headers, body } : undefined;
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

function lastOf(
  bytes: Buffer,
  linesAt: number,
  { headers, body }: Pick<Post, 'headers' | 'body'>,
): Last | undefined {
  const { authorization = '' } = headers;
  if (!signatureForm.test(authorization)) return undefined;
  const line = `\r\nauthorization: ${authorization}`;
  const signatureAt = bytes.indexOf(line, linesAt - 2, 'latin1') + line.length - signatureLength;
  return {
    before: Buffer.from(bytes.subarray(linesAt, signatureAt)),
    after: Buffer.from(bytes.subarray(signatureAt + signatureLength)),
    headers,
    authorizationLength: authorization.length - signatureLength,
    body,
  };
}

/** The post, where all but address and signature is as it was last. */
function likeLast(bytes: Buffer, last: Last): Post | undefined {
  const { before, after, body } = last;
  const afterAt = bytes.length - after.length;
  const signatureAt = afterAt - signatureLength;
  const linesAt = signatureAt - before.length;
  if (linesAt < 0) return undefined;
  // As bytes: to make a text of them costs more than to compare them.
  if (before.compare(bytes, linesAt, signatureAt) !== 0 || after.compare(bytes, afterAt) !== 0)
    return undefined;
  const target = targetIn(bytes, linesAt);
  const authorization = bytes.toString('latin1', signatureAt - last.authorizationLength, afterAt);
  if (target === undefined || !signatureForm.test(authorization)) return undefined;
  return { method: 'POST', target, headers: { ...last.headers, authorization }, body };
}

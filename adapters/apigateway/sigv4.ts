import { createHmac, hash } from 'node:crypto';
import { hashAround, hmacOf } from './hmac.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

export interface SignerSettings {
  /** As in the `host` header: with the port, if it is not the protocol's own. */
  readonly host: string;
  readonly region: string;
  /** Milliseconds since 1970 by the true time: AWS refuses a signature that is 5 minutes off. */
  readonly nowMs: () => number;
}

/** What is posted more than once, with the hash that its signature needs. */
export interface SignedBody {
  /** Of a request, all that comes behind its signature. */
  readonly rest: Buffer;
  readonly sha256: string;
}

const SERVICE = 'execute-api';
const CONTENT_TYPE = 'application/octet-stream';
/** Well within the 5 minutes for which a signature is valid. */
const DATE_LIFE_MS = 60_000;

const sha256 = (data: string | Buffer): string => hash('sha256', data, 'hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

export function signedBody(text: string): SignedBody {
  const rest = Buffer.from(`\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  return { rest, sha256: sha256(text) };
}

/** Of these letters only the sign of an encoding is encoded itself. */
const PLAIN = /^[\w.~%-]*$/;

/** As in RFC 3986, which leaves fewer characters alone than `encodeURIComponent` does. */
export const encodeSegment = (text: string): string =>
  PLAIN.test(text)
    ? text.replaceAll('%', '%25')
    : encodeURIComponent(text).replace(
        /[!'()*]/g,
        (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
      );

/**
 * Each part of the path as it is sent, which begins with `/`, encoded once more: every service but S3 wants it so. All but
 * the last part is that of the request before, as a rule.
 */
export function canonicalPaths(): (wirePath: string) => string {
  let beginning = '';
  let canonical = '';
  return (wirePath) => {
    const lastAt = wirePath.lastIndexOf('/');
    if (beginning.length !== lastAt || !wirePath.startsWith(beginning)) {
      beginning = wirePath.slice(0, lastAt);
      canonical = beginning.split('/').map(encodeSegment).join('/');
    }
    return `${canonical}/${encodeSegment(wirePath.slice(lastAt + 1))}`;
  };
}

/** What stays the same for requests of the same minute. */
interface SigningScope {
  readonly madeAtMs: number;
  readonly credentials: Credentials;
  /** The hash that is signed, of the text up to the path and the body's hash. */
  readonly requestHash: (pathLines: string, bodyHash: string) => string;
  readonly signatureOf: (requestHash: string) => string;
  /** Of the headers, all up to the signature. */
  readonly headers: Buffer;
}

const isSame = (a: Credentials, b: Credentials): boolean =>
  a === b ||
  (a.accessKeyId === b.accessKeyId &&
    a.secretAccessKey === b.secretAccessKey &&
    a.sessionToken === b.sessionToken);

function newScope(credentials: Credentials, { host, region }: SignerSettings, nowMs: number): SigningScope {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const amzDate = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = amzDate.slice(0, 8);
  const ofDay = hmac(`AWS4${secretAccessKey}`, day);
  const scope = `${day}/${region}/${SERVICE}/aws4_request`;
  const signed = {
    'content-type': CONTENT_TYPE,
    host,
    'x-amz-date': amzDate,
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(signed).join(';');
  const lines = (separator: string, end: string) =>
    Object.entries(signed)
      .map(([name, value]) => `${name}${separator}${value}${end}`)
      .join('');
  return {
    madeAtMs: nowMs,
    credentials,
    requestHash: hashAround(`\n\n${lines(':', '\n')}\n${names}\n`, 'latin1'),
    signatureOf: hmacOf(
      hmac(hmac(hmac(ofDay, region), SERVICE), 'aws4_request'),
      `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n`,
    ),
    headers: Buffer.from(
      `${lines(': ', '\r\n')}authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`,
      'latin1',
    ),
  };
}

/**
 * Signs POSTs to API Gateway by AWS Signature Version 4. The SDK's own signer does the same for any request
 * of any service; this one knows its request, and keeps the date, the day's key and the body's hash, which
 * leaves two hashes a signature.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function postSigner(settings: SignerSettings) {
  const { nowMs } = settings;
  const canonicalPath = canonicalPaths();
  let current: SigningScope | undefined;

  const currentScope = (credentials: Credentials): SigningScope => {
    const ageMs = current ? nowMs() - current.madeAtMs : Number.POSITIVE_INFINITY;
    if (!current || ageMs < 0 || ageMs >= DATE_LIFE_MS || !isSame(current.credentials, credentials)) {
      current = newScope(credentials, settings, nowMs());
    }
    return current;
  };

  /**
   * @param path as it is sent
   * @param room may be written over
   * @returns the request, in `room` if that is as long
   */
  return (path: string, { rest, sha256 }: SignedBody, credentials: Credentials, room?: Buffer): Buffer => {
    const { requestHash, signatureOf, headers } = currentScope(credentials);
    const signature = signatureOf(requestHash(`POST\n${canonicalPath(path)}`, sha256));
    const line = `POST ${path} HTTP/1.1\r\n`;
    const size = line.length + headers.length + signature.length + rest.length;
    const bytes = room?.length === size ? room : Buffer.allocUnsafe(size);
    bytes.write(line, 'latin1');
    bytes.set(headers, line.length);
    bytes.write(signature, line.length + headers.length, 'latin1');
    bytes.set(rest, size - rest.length);
    return bytes;
  };
}

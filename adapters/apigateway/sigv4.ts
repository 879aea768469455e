import { createHmac, hash } from 'node:crypto';

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

/** Bytes that are sent more than once, with the hash that their signature needs. */
export interface SignedBody {
  readonly bytes: Buffer;
  readonly sha256: string;
}

export type SignedHeaders = Readonly<Record<string, string>>;

const SERVICE = 'execute-api';
const CONTENT_TYPE = 'application/octet-stream';
/** Well within the 5 minutes for which a signature is valid. */
const DATE_LIFE_MS = 60_000;

const sha256 = (data: string | Buffer): string => hash('sha256', data, 'hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

export function signedBody(text: string): SignedBody {
  const bytes = Buffer.from(text);
  return { bytes, sha256: sha256(bytes) };
}

/** As in RFC 3986, which leaves fewer characters alone than `encodeURIComponent` does. */
export const encodeSegment = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Each part of the path as it is sent, encoded once more: every service but S3 wants it so. */
const canonicalPath = (wirePath: string): string => wirePath.split('/').map(encodeSegment).join('/');

/** What stays the same for requests of the same minute. */
interface SigningScope {
  readonly madeAtMs: number;
  readonly credentials: Credentials;
  readonly amzDate: string;
  readonly scope: string;
  readonly key: Buffer;
}

const isSame = (a: Credentials, b: Credentials): boolean =>
  a.accessKeyId === b.accessKeyId &&
  a.secretAccessKey === b.secretAccessKey &&
  a.sessionToken === b.sessionToken;

function newScope(credentials: Credentials, region: string, nowMs: number): SigningScope {
  const amzDate = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = amzDate.slice(0, 8);
  const ofDay = hmac(`AWS4${credentials.secretAccessKey}`, day);
  const key = hmac(hmac(hmac(ofDay, region), SERVICE), 'aws4_request');
  return {
    madeAtMs: nowMs,
    credentials,
    amzDate,
    scope: `${day}/${region}/${SERVICE}/aws4_request`,
    key,
  };
}

/**
 * Signs POSTs to API Gateway by AWS Signature Version 4. The SDK's own signer does the same for any request
 * of any service; this one knows its request, and keeps the date, the day's key and the body's hash, which
 * leaves two hashes a signature.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 */
export function postSigner({ host, region, nowMs }: SignerSettings) {
  let current: SigningScope | undefined;

  const currentScope = (credentials: Credentials): SigningScope => {
    const ageMs = current ? nowMs() - current.madeAtMs : Number.POSITIVE_INFINITY;
    if (!current || ageMs < 0 || ageMs >= DATE_LIFE_MS || !isSame(current.credentials, credentials)) {
      current = newScope(credentials, region, nowMs());
    }
    return current;
  };

  /** The headers to send, the signature among them. `path` is the path as it is sent. */
  return (path: string, body: SignedBody, credentials: Credentials): SignedHeaders => {
    const { amzDate, scope, key } = currentScope(credentials);
    const { accessKeyId, sessionToken } = credentials;
    const tokenLine = sessionToken ? `x-amz-security-token:${sessionToken}\n` : '';
    const signedNames = `content-type;host;x-amz-date${sessionToken ? ';x-amz-security-token' : ''}`;
    const headerLines = `content-type:${CONTENT_TYPE}\nhost:${host}\nx-amz-date:${amzDate}\n${tokenLine}`;
    const request = `POST\n${canonicalPath(path)}\n\n${headerLines}\n${signedNames}\n${body.sha256}`;
    const toSign = `AWS4-HMAC-SHA256\n${amzDate}\n${scope}\n${sha256(request)}`;
    const signature = hmac(key, toSign).toString('hex');
    return {
      host,
      'content-type': CONTENT_TYPE,
      'x-amz-date': amzDate,
      ...(sessionToken && { 'x-amz-security-token': sessionToken }),
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedNames}, Signature=${signature}`,
    };
  };
}

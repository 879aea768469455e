import { createHmac, hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Credentials } from './credentials.ts';

/** A request as its signature covers it. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export type SignatureFault = 'incomplete' | 'wrong' | 'expired';

const authorizationForm =
  /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/(?<scope>(?<day>\d{8})\/[^/,\s]+\/(?<service>[^/,\s]+)\/aws4_request),\s*SignedHeaders=(?<names>[a-z0-9;-]+),\s*Signature=(?<signature>[0-9a-f]{64})$/;

/** So long a signature counts, before and after the time that it names. */
const validMs = 5 * 60_000;

/**
 * What is wrong with a request's Signature Version 4, if anything is:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param times what time it may be: a function's code has the stack's, and the packages that it loads the machine's
 */
export function signatureFault(
  request: SignedRequest,
  { secretAccessKey }: Credentials,
  service: string,
  times: readonly number[],
): SignatureFault | undefined {
  const form = authorizationForm.exec(request.headers.authorization ?? '')?.groups;
  const amzDate = request.headers['x-amz-date'];
  if (!form || typeof amzDate !== 'string') return 'incomplete';
  const { scope = '', day = '', names = '', signature } = form;
  const signed = names.split(';');
  if (form.service !== service || !amzDate.startsWith(day) || !signed.includes('host')) return 'wrong';
  const toSign = ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical(request, signed))].join('\n');
  if (hmac(signingKey(secretAccessKey, scope), toSign).toString('hex') !== signature) return 'wrong';
  const signedAt = Date.parse(
    amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  return times.some((now) => Math.abs(now - signedAt) <= validMs) ? undefined : 'expired';
}

function canonical({ method, target, headers, body }: SignedRequest, signed: readonly string[]): string {
  const [path = '', query = ''] = target.split('?', 2);
  const lines = signed.map((name) => `${name}:${headerValue(headers[name])}\n`).join('');
  const sortedQuery = query.split('&').sort().join('&');
  return [
    method,
    path.split('/').map(encoded).join('/'),
    sortedQuery,
    lines,
    signed.join(';'),
    sha256(body),
  ].join('\n');
}

/** Each part of the path as it was sent, encoded once more, and more than `encodeURIComponent` does. */
const encoded = (part: string): string =>
  encodeURIComponent(part).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const headerValue = (value: string | readonly string[] | undefined): string =>
  [value ?? ''].flat().join(',').trim().replace(/ +/g, ' ');

/** The scope's parts, one after another; the same for all requests of a day. */
const signingKeys = new Map<string, Buffer>();
function signingKey(secret: string, scope: string): Buffer {
  const name = `${secret}/${scope}`;
  const key = signingKeys.get(name) ?? scope.split('/').reduce(hmac, Buffer.from(`AWS4${secret}`));
  signingKeys.set(name, key);
  return key;
}

const sha256 = (data: string | Buffer): string => hash('sha256', data, 'hex');
const hmac = (key: Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

import { createHmac, hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { hashAround, hmacOf } from '../../adapters/apigateway/hmac.ts';
import { canonicalPaths } from '../../adapters/apigateway/sigv4.ts';
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

/** What stands before the signature in an `authorization` header. */
const authorizationForm =
  /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/(?<scope>(?<day>\d{8})\/[^/,\s]+\/(?<service>[^/,\s]+)\/aws4_request),\s*SignedHeaders=(?<names>[a-z0-9;-]+),\s*Signature=$/;
const signatureForm = /^[0-9a-f]{64}$/;
const signatureLength = 64;

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
  const { authorization = '', 'x-amz-date': amzDate } = request.headers;
  const signature = authorization.slice(-signatureLength);
  const scope = scopeOf(authorization.slice(0, -signatureLength), secretAccessKey);
  if (!scope || typeof amzDate !== 'string') return 'incomplete';
  if (scope.service !== service || !scope.hasHost || !amzDate.startsWith(scope.day)) return 'wrong';
  if (signerAt(amzDate, scope)(requestHash(request, scope)) !== signature)
    return signatureForm.test(signature) ? 'wrong' : 'incomplete';
  const signedAt = timeOf(amzDate);
  return times.some((now) => Math.abs(now - signedAt) <= validMs) ? undefined : 'expired';
}

/** A signer keeps its date for a while, so the last one is remembered. */
let lastDate = { text: '', ms: Number.NaN };
function timeOf(amzDate: string): number {
  if (lastDate.text !== amzDate) {
    const form = amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
    lastDate = { text: amzDate, ms: Date.parse(form) };
  }
  return lastDate.ms;
}

/** What the requests of one key have in common for a while. */
interface Scope {
  readonly beginning: string;
  readonly text: string;
  readonly day: string;
  readonly service: string;
  /** The headers that are signed. */
  readonly names: readonly string[];
  readonly namesText: string;
  readonly hasHost: boolean;
  readonly key: Buffer;
  /** The last time that was named, and what signs the hash of a request with it. */
  signer?: { readonly amzDate: string; readonly signatureOf: ReturnType<typeof hmacOf> };
  /** The last values of the signed headers, and the hash of a request with them. */
  last?: { readonly values: readonly HeaderValue[]; readonly hash: ReturnType<typeof hashAround> };
}

type HeaderValue = IncomingHttpHeaders[string];

/** The last of each secret: thousands of posts a second come with the same. */
const scopes = new Map<string, Scope>();
const maxScopes = 1_000;

/** @param beginning of an `authorization` header, up to its signature */
function scopeOf(beginning: string, secret: string): Scope | undefined {
  const known = scopes.get(secret);
  if (known?.beginning === beginning) return known;
  const form = authorizationForm.exec(beginning)?.groups;
  if (!form) return undefined;
  const { scope: text = '', day = '', service = '' } = form;
  const { names: namesText = '' } = form;
  const names = namesText.split(';');
  const key = text.split('/').reduce(hmac, Buffer.from(`AWS4${secret}`));
  const hasHost = names.includes('host');
  const scope: Scope = { beginning, text, day, service, names, namesText, hasHost, key };
  if (scopes.size >= maxScopes) scopes.clear();
  scopes.set(secret, scope);
  return scope;
}

function signerAt(amzDate: string, scope: Scope): ReturnType<typeof hmacOf> {
  if (scope.signer?.amzDate !== amzDate) {
    const signatureOf = hmacOf(scope.key, `AWS4-HMAC-SHA256\n${amzDate}\n${scope.text}\n`);
    scope.signer = { amzDate, signatureOf };
  }
  return scope.signer.signatureOf;
}

const canonicalPath = canonicalPaths();

/** Of the request in its canonical form. */
function requestHash({ method, target, headers, body }: SignedRequest, scope: Scope): string {
  // No post has a query, and to split and sort what is none costs a fortieth of a post.
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? '' : sorted(target.slice(mark + 1));
  return hashWith(headers, scope)(`${method}\n${canonicalPath(path)}\n${query}\n`, bodyHash(body));
}

const sorted = (query: string): string => query.split('&').sort().join('&');

/** The hash of a request with these headers; from one post to the next they stay. */
function hashWith(headers: IncomingHttpHeaders, scope: Scope): ReturnType<typeof hashAround> {
  const { names, namesText, last } = scope;
  if (last && names.every((name, at) => headers[name] === last.values[at])) return last.hash;
  const values = names.map((name) => headers[name]);
  const lines = names.map((name) => `${name}:${headerValue(headers[name])}\n`).join('');
  const hash = hashAround(`${lines}\n${namesText}\n`, 'utf8');
  scope.last = { values, hash };
  return hash;
}

/** A broadcast has one body, so the last one is remembered: to compare costs a tenth of a hash. */
let last: { readonly body: Buffer; readonly hash: string } | undefined;
function bodyHash(body: Buffer): string {
  if (!last?.body.equals(body)) last = { body, hash: sha256(body) };
  return last.hash;
}

const headerValue = (value: string | readonly string[] | undefined): string => {
  const text = typeof value === 'string' ? value : (value ?? []).join(',');
  const trimmed = text.trim();
  return trimmed.includes('  ') ? trimmed.replace(/ +/g, ' ') : trimmed;
};

const sha256 = (data: string | Buffer): string => hash('sha256', data, 'hex');
const hmac = (key: Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

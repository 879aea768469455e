import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, test } from 'vitest';
import { postSigner, signedBody } from '../../adapters/apigateway/sigv4.ts';
import { signedHeaders } from '../../test/support/signedHeaders.ts';
import { type SignedRequest, signatureFault } from './signature.ts';

const credentials = { accessKeyId: 'Work', secretAccessKey: 'a/secret+1', sessionToken: 'to/ken=' };
const now = Date.UTC(2026, 1, 28, 23, 59, 58);
const service = 'execute-api';
const { sha256 } = new ApiGatewayManagementApiClient({ region: 'eu-west-1' }).config;

/** A request that the SDK's own signer has signed. */
async function signed(
  more: { path?: string; query?: Record<string, string>; body?: string; service?: string } = {},
) {
  const { path = '/dev/@connections/A%3D', query = {}, body = '{"ü":1}' } = more;
  const signer = new SignatureV4({
    service,
    region: 'eu-west-1',
    credentials,
    sha256,
    applyChecksum: false,
    ...more,
  });
  const { headers } = await signer.sign(
    {
      ...{ method: 'POST', protocol: 'http:', hostname: '127.0.0.1', path, query, body },
      headers: { host: '127.0.0.1:8080', 'content-type': 'application/octet-stream', 'x-spaced': '  a   b ' },
    },
    { signingDate: new Date(now) },
  );
  const search = Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  return {
    method: 'POST',
    target: search ? `${path}?${search}` : path,
    headers,
    body: Buffer.from(body),
  } satisfies SignedRequest;
}
const fault = (request: SignedRequest, secretAccessKey = credentials.secretAccessKey, at = now) =>
  signatureFault(request, { ...credentials, secretAccessKey }, service, [at]);

describe('a signature', () => {
  test('of the SDK’s own signer is right', async () => {
    expect(fault(await signed())).toBeUndefined();
    expect(fault(await signed({ query: { b: '2', a: 'x y' } }))).toBeUndefined();
    expect(fault(await signed({ body: '' }))).toBeUndefined();
    for (const path of ['/a:b/@c%20%3D~', '/a!', '/(a)', "/a*'", '/a;b,c=d&e+$']) {
      expect({ path, fault: fault(await signed({ path })) }).toEqual({ path, fault: undefined });
    }
  });

  test('of the functions’ own signer is right', () => {
    let signedAt = now;
    const sign = postSigner({ host: '127.0.0.1:8080', region: 'us-east-1', nowMs: () => signedAt });
    const path = '/dev/@connections/A%3D';
    // The date of a signature is kept for a minute.
    for (const agoMs of [120_000, 119_000, 59_000]) {
      signedAt = now - agoMs;
      const headers = signedHeaders(sign(path, signedBody('x'), credentials));
      expect(fault({ method: 'POST', target: path, headers, body: Buffer.from('x') })).toBeUndefined();
    }
  });

  test.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['another body', (request) => ({ ...request, body: Buffer.from('{"ü":2}') })],
    ['another method', (request) => ({ ...request, method: 'DELETE' })],
    ['another connection', (request) => ({ ...request, target: '/dev/@connections/B%3D' })],
    ['a query', (request) => ({ ...request, target: `${request.target}?x=1` })],
    ['a query behind one that is empty', (request) => ({ ...request, target: `${request.target}??x=1` })],
    ['another signed header', (request) => withHeader(request, 'content-type', 'text/plain')],
    ['a signed header less', (request) => withHeader(request, 'x-spaced', undefined)],
    ['another time', (request) => withHeader(request, 'x-amz-date', '20260228T235959Z')],
    ['the time of another day', (request) => withHeader(request, 'x-amz-date', '20260301T000000Z')],
    [
      'a host that is not signed',
      (request) => withHeader(request, 'authorization', request.headers.authorization?.replace('host;', '')),
    ],
  ])('is wrong on %s', async (_what, change) => {
    expect(fault(change(await signed()))).toBe('wrong');
  });

  test('is wrong with another secret, and for another service', async () => {
    expect(fault(await signed(), 'a/secret+2')).toBe('wrong');
    expect(fault(await signed({ service: 'dynamodb' }))).toBe('wrong');
  });

  test('counts for five minutes, by one of the clocks', async () => {
    const request = await signed();
    const minutes = (n: number) => now + n * 60_000;
    const at = (...times: number[]) => signatureFault(request, credentials, service, times);
    expect([at(minutes(5)), at(minutes(-5)), at(minutes(600), now)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([at(minutes(5) + 1_000), at(minutes(-5) - 1_000)]).toEqual(['expired', 'expired']);
  });

  test.each([
    ['no header', undefined],
    ['another scheme', 'Bearer x'],
    ['a part of one', 'AWS4-HMAC-SHA256 Credential=Work/20260228/eu-west-1/execute-api/aws4_request'],
  ])('is incomplete: %s', async (_what, authorization) => {
    expect(fault(withHeader(await signed(), 'authorization', authorization))).toBe('incomplete');
  });
});

function withHeader(request: SignedRequest, name: string, value: string | undefined): SignedRequest {
  return { ...request, headers: { ...request.headers, [name]: value } };
}

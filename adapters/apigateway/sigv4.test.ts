import { ApiGatewayManagementApiClient } from '@aws-sdk/client-apigatewaymanagementapi';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedHeaders } from '../../test/support/signedHeaders.ts';
import { encodeSegment, postSigner, signedBody } from './sigv4.ts';

const NOW = Date.UTC(2026, 1, 28, 23, 59, 30);
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };

// What API Gateway makes, and what it never would.
const id = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9_-]{4,15}={0,2}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !/^\.{1,2}$/.test(text)),
);
const stage = fc.oneof(
  fc.constantFrom('dev', 'prod-2', "o'dd (stage)!*", 'größe', '$default', 'a b', '~tilde', '%41'),
  fc.stringMatching(/^[\w-]{1,10}$/),
);
const keys = fc
  .record({
    accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
    secretAccessKey: fc.stringMatching(/^[\w/+]{20,40}$/),
    sessionToken: fc.option(fc.stringMatching(/^[\w/+=]{10,60}$/)),
  })
  .map(({ sessionToken, ...rest }) => ({ ...rest, ...(sessionToken && { sessionToken }) }));
const host = fc.constantFrom('abc.execute-api.eu-west-1.amazonaws.com', 'ws.example.com', '127.0.0.1:8080');

describe('signing a post', () => {
  it('gives the signature that the SDK’s own signer gives', async () => {
    const { sha256 } = new ApiGatewayManagementApiClient({ region: 'eu-west-1' }).config;
    const cases = fc.asyncProperty(
      id,
      stage,
      keys,
      host,
      fc.string(),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
      async (connectionId, name, own, at, text, date) => {
        const region = 'eu-west-1';
        const path = `/${encodeSegment(name)}/@connections/${encodeSegment(connectionId)}`;
        const sign = postSigner({ host: at, region, nowMs: () => date.getTime() });
        const headers = signedHeaders(sign(path, signedBody(text), own));
        const theirs = await new SignatureV4({
          service: 'execute-api',
          region,
          credentials: own,
          sha256,
          applyChecksum: false,
        }).sign(
          {
            method: 'POST',
            protocol: 'https:',
            hostname: at,
            path,
            query: {},
            headers: { host: at, 'content-type': 'application/octet-stream' },
            body: text,
          },
          { signingDate: date },
        );
        expect(headers).toEqual(theirs.headers);
      },
    );
    await fc.assert(cases, { numRuns: 500 });
  });

  it('an id that ends in = is signed as the %253D that its path becomes', async () => {
    const sign = postSigner({ host: 'h', region: 'r', nowMs: () => NOW });
    const body = signedBody('x');
    const path = `/dev/@connections/${encodeSegment('a=')}`;
    expect(path).toBe('/dev/@connections/a%3D');
    expect(signedHeaders(sign(path, body, credentials)).authorization).not.toBe(
      signedHeaders(sign('/dev/@connections/a=', body, credentials)).authorization,
    );
  });

  it('a post is written over one as long, and to bytes of its own where there is none', () => {
    const sign = postSigner({ host: 'h', region: 'r', nowMs: () => NOW });
    const post = (id: string, text: string, room?: Buffer) =>
      sign(`/dev/@connections/${id}`, signedBody(text), credentials, room);
    const room = post('A', 'x');
    const fresh = post('B', 'y');
    expect(fresh).not.toBe(room);
    expect(post('B', 'y', room)).toBe(room);
    expect(room).toEqual(fresh);
    for (const [id, text] of [
      ['B', 'longer'],
      ['longer', ''],
    ] as const) {
      expect(post(id, text, room)).toEqual(post(id, text));
    }
    expect(room).toEqual(fresh);
  });

  it('a date is used for less than a minute, and the day’s key changes with the day', () => {
    let nowMs = NOW;
    const sign = postSigner({ host: 'h', region: 'r', nowMs: () => nowMs });
    const dateAfter = (ms: number) => {
      nowMs = NOW + ms;
      const { authorization = '', ...headers } = signedHeaders(sign('/', signedBody('x'), credentials));
      return [headers['x-amz-date'], /Credential=([^/]+\/\d+)/.exec(authorization)?.[1]];
    };
    expect(dateAfter(0)).toEqual(['20260228T235930Z', 'AKID/20260228']);
    expect(dateAfter(59_999)).toEqual(dateAfter(0));
    expect(dateAfter(60_000)).toEqual(['20260301T000030Z', 'AKID/20260301']);
    // A clock that was set back.
    expect(dateAfter(-1)).toEqual(['20260228T235929Z', 'AKID/20260228']);
  });

  it('other credentials are used from the next post on', () => {
    const sign = postSigner({ host: 'h', region: 'r', nowMs: () => NOW });
    const by = (own: Parameters<typeof sign>[2]) => signedHeaders(sign('/', signedBody('x'), own));
    const first = by(credentials);
    expect(by({ ...credentials })).toEqual(first);
    for (const other of [{ accessKeyId: 'B' }, { secretAccessKey: 'b' }, { sessionToken: 'b' }]) {
      expect(by({ ...credentials, ...other }).authorization).not.toBe(first.authorization);
    }
  });
});

import { createHmac, createPublicKey } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TokenCheck } from '../../core/ports.ts';
import { manualClock } from '../memory/clock.ts';
import { verifierContract } from '../verifier.contract.ts';
import { AUDIENCE, fakeIssuer, ISSUER, JWKS_URL, type SigningKey, signingKey } from './fakeIssuer.ts';
import { type JoseVerifierParts, joseVerifier } from './verifier.ts';

const NOW = 1_700_000_000;
const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', exp: NOW + 600, iat: NOW };
const at = (check: TokenCheck) => ({ refused: check });

let rsa: SigningKey;
let ec: SigningKey;
let ed: SigningKey;
let foreign: SigningKey;
beforeAll(async () => {
  [rsa, ec, ed, foreign] = await Promise.all([
    signingKey('RS256', 'rsa'),
    signingKey('ES256', 'ec'),
    signingKey('EdDSA', 'ed'),
    signingKey('ES256', 'ec'),
  ]);
});

const parts = (over: Partial<JoseVerifierParts> = {}): JoseVerifierParts => ({
  issuer: ISSUER,
  audience: AUDIENCE,
  jwksUrl: JWKS_URL,
  leewaySeconds: 0,
  clock: manualClock(NOW * 1_000),
  fetch: fakeIssuer(rsa.jwk, ec.jwk, ed.jwk).fetch,
  ...over,
});
const verdict = (token: string, over?: Partial<JoseVerifierParts>) => joseVerifier(parts(over)).verify(token);

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('the JWT verifier', () => {
  verifierContract(async (clock, leewaySeconds) => ({
    verifier: joseVerifier(parts({ clock, leewaySeconds })),
    issue: (own) => ec.sign({ iss: ISSUER, aud: AUDIENCE, ...own }),
  }));

  it('accepts the three algorithms of public keys', async () => {
    for (const key of [rsa, ec, ed]) expect(await verdict(await key.sign(claims))).toEqual({ claims });
  });

  it.each<[string, TokenCheck, Record<string, unknown>]>([
    ['no issuer', 'issuer', { iss: undefined }],
    ['another issuer', 'issuer', { iss: 'https://issuer.example/' }],
    ['an issuer that is a list', 'issuer', { iss: [ISSUER] }],
    ['no audience', 'audience', { aud: undefined }],
    ['another audience', 'audience', { aud: 'other' }],
    ['a list without our audience', 'audience', { aud: ['other', 'tidings2'] }],
    ['an audience that is no text', 'audience', { aud: { tidings: true } }],
    ['no expiry', 'time', { exp: undefined }],
    ['an expiry that is a text', 'time', { exp: String(NOW + 600) }],
    ['a time to begin that is a text', 'time', { nbf: String(NOW) }],
    ['a time to begin that has not come', 'time', { nbf: NOW + 1 }],
    ['a time of issue that is a text', 'time', { iat: 'now' }],
    ['expired, and of another issuer', 'issuer', { exp: NOW - 1, iss: 'https://other.example' }],
    ['expired, and for another audience', 'audience', { exp: NOW - 1, aud: 'other' }],
  ])('refuses a token with %s, by the check of its %s', async (_, check, change) => {
    expect(await verdict(await ec.sign({ ...claims, ...change }))).toEqual(at(check));
  });

  it('accepts any of several audiences, in a list or alone, and no other', async () => {
    const several = { audience: ['web', 'app'] };
    for (const aud of ['web', 'app', ['app'], ['other', 'web']]) {
      expect(await verdict(await ec.sign({ ...claims, aud }), several)).toHaveProperty('claims');
    }
    for (const aud of [AUDIENCE, 'we', [], [['web']], undefined]) {
      expect(await verdict(await ec.sign({ ...claims, aud }), several)).toEqual(at('audience'));
    }
    const access = { ...claims, aud: undefined, client_id: 'app', token_use: 'access' };
    expect(await verdict(await ec.sign(access), several)).toHaveProperty('claims');
  });

  it('accepts a list of audiences with ours in it', async () => {
    expect(await verdict(await ec.sign({ ...claims, aud: ['other', AUDIENCE] }))).toHaveProperty('claims');
  });

  it('the leeway holds for exp and nbf, to the second', async () => {
    const late = (seconds: number) => ec.sign({ ...claims, exp: NOW - seconds });
    const early = (seconds: number) => ec.sign({ ...claims, nbf: NOW + seconds });
    const leeway = { leewaySeconds: 30 };
    expect(await verdict(await late(29), leeway)).toHaveProperty('claims');
    expect(await verdict(await late(30), leeway)).toEqual(at('expiry'));
    expect(await verdict(await early(30), leeway)).toHaveProperty('claims');
    expect(await verdict(await early(31), leeway)).toEqual(at('time'));
  });

  describe('of Cognito', () => {
    const access = { ...claims, aud: undefined, client_id: AUDIENCE, token_use: 'access' };
    const id = { ...claims, token_use: 'id' };

    it('an access token names the app in client_id', async () => {
      expect(await verdict(await ec.sign(access))).toHaveProperty('claims');
      expect(await verdict(await ec.sign({ ...access, client_id: 'other' }))).toEqual(at('audience'));
      expect(await verdict(await ec.sign({ ...access, client_id: undefined }))).toEqual(at('audience'));
      expect(await verdict(await ec.sign({ ...access, token_use: 'id' }))).toEqual(at('audience'));
      expect(await verdict(await ec.sign({ ...access, aud: 'other' }))).toEqual(at('audience'));
    });

    it('only the configured kind of token is accepted', async () => {
      expect(await verdict(await ec.sign(access), { tokenUse: 'access' })).toHaveProperty('claims');
      expect(await verdict(await ec.sign(id), { tokenUse: 'access' })).toEqual(at('token-use'));
      expect(await verdict(await ec.sign(id), { tokenUse: 'id' })).toHaveProperty('claims');
      expect(await verdict(await ec.sign(claims), { tokenUse: 'id' })).toEqual(at('token-use'));
    });
  });

  describe('is not fooled by', () => {
    it('an unsigned token', async () => {
      for (const alg of ['none', 'None', 'NONE', '']) {
        expect(await verdict(`${encoded({ alg, kid: 'ec' })}.${encoded(claims)}.`)).toEqual(at('algorithm'));
      }
    });

    it('a public key used as a shared secret', async () => {
      const pem = createPublicKey({ key: { ...rsa.jwk }, format: 'jwk' }).export({
        type: 'spki',
        format: 'pem',
      });
      const text = `${encoded({ alg: 'HS256', kid: 'rsa' })}.${encoded(claims)}`;
      for (const secret of [pem, JSON.stringify(rsa.jwk), rsa.jwk.n ?? '']) {
        const signature = createHmac('sha256', secret).update(text).digest('base64url');
        expect(await verdict(`${text}.${signature}`)).toEqual(at('algorithm'));
      }
    });

    it('a shared secret in the key set', async () => {
      const { fetch } = fakeIssuer({ kty: 'oct', k: encoded('secret'), kid: 'oct' }, ec.jwk);
      const text = `${encoded({ alg: 'HS256', kid: 'oct' })}.${encoded(claims)}`;
      const signature = createHmac('sha256', encoded('secret')).update(text).digest('base64url');
      expect(await verdict(`${text}.${signature}`, { fetch })).toEqual(at('algorithm'));
    });

    it('a key, or the address of one, in the header', async () => {
      const x5c = ['MIIBvDCCAWKgAwIBAgI='];
      for (const header of [
        { jwk: foreign.jwk },
        { jku: 'https://evil.example/jwks' },
        { x5u: 'https://evil.example/' },
        { x5c },
      ]) {
        expect(await verdict(await foreign.sign(claims, header))).toEqual(at('signature'));
        // Beside a good signature they are of no account.
        expect(await verdict(await ec.sign(claims, header))).toEqual({ claims });
      }
    });

    it('a kid that names a key of another kind', async () => {
      expect(await verdict(await ec.sign(claims, { kid: 'rsa' }))).toEqual(at('key'));
      expect(await verdict(await ed.sign(claims, { kid: 'ec' }))).toEqual(at('key'));
    });

    it('a changed claim, a changed header, or a signature of another token', async () => {
      const [header = '', , signature = ''] = (await ec.sign(claims)).split('.');
      expect(await verdict(`${header}.${encoded({ ...claims, sub: 'eve' })}.${signature}`)).toEqual(
        at('signature'),
      );
      expect(await verdict(`${encoded({ alg: 'ES256' })}.${encoded(claims)}.${signature}`)).toEqual(
        at('signature'),
      );
    });
  });

  it('judges what is too long, has an odd kid, another algorithm or another issuer without asking for keys', async () => {
    const issuer = fakeIssuer(ec.jwk);
    const verifier = joseVerifier(parts({ fetch: issuer.fetch }));
    const odd = ["ec'; drop", 'e c', 'é', '', 'k'.repeat(257), 7, null];
    const tokens = await Promise.all([
      ec.sign({ ...claims, long: 'x'.repeat(8_192) }),
      ...odd.map((kid) => ec.sign(claims, { kid })),
      foreign.sign({ ...claims, iss: 'https://other.example' }),
    ]);
    const algorithms = ['none', 'HS256', 'HS512', 'RS512', 'PS256', 'ES384', 'constructor', 7];
    tokens.push(...algorithms.map((alg) => `${encoded({ alg, kid: 'ec' })}.${encoded(claims)}.AAAA`));
    for (const token of tokens) expect(await verifier.verify(token)).toHaveProperty('refused');
    expect(issuer.fetches()).toBe(0);
  });

  it('without a kid there must be exactly one key that fits', async () => {
    const bare = await signingKey('ES256', undefined);
    const token = await bare.sign(claims);
    expect(await verdict(token, { fetch: fakeIssuer(bare.jwk, rsa.jwk).fetch })).toHaveProperty('claims');
    expect(await verdict(token, { fetch: fakeIssuer(bare.jwk, ec.jwk).fetch })).toEqual(at('key'));
  });

  it.each(['http://issuer.example/jwks', 'http://127.0.0.1.example/jwks', 'ftp://localhost/jwks'])(
    'does not trust keys from %s',
    (jwksUrl) => {
      expect(() => joseVerifier(parts({ jwksUrl }))).toThrow(TypeError);
    },
  );

  it.each(['http://localhost:8080/jwks', 'http://127.0.0.1:8080/jwks', 'http://[::1]/jwks'])(
    'trusts keys from this machine: %s',
    (jwksUrl) => {
      expect(() => joseVerifier(parts({ jwksUrl }))).not.toThrow();
    },
  );
});

import fc from 'fast-check';
import { AUDIENCE, fakeIssuer, ISSUER, JWKS_URL, signingKey } from '../../../adapters/jwt/fakeIssuer.ts';
import { joseVerifier } from '../../../adapters/jwt/verifier.ts';
import { manualClock } from '../../../adapters/memory/clock.ts';
import { once } from '../../../lambdas/once.ts';
import { hostileText } from './frameTexts.ts';
import type { Fuzz } from './fuzzRun.ts';

const nowSeconds = 1_700_000_000;
const claims = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'ada',
  tenant: 'acme',
  roles: ['msp'],
  iat: nowSeconds,
  exp: nowSeconds + 3600,
};

/** Keys and good tokens are made once: signing is most of the work. */
const world = once(async () => {
  const keys = await Promise.all([
    signingKey('RS256', 'r'),
    signingKey('ES256', 'e'),
    signingKey('EdDSA', 'd'),
  ]);
  const tokens = await Promise.all(keys.map((key) => key.sign(claims)));
  const clock = manualClock(nowSeconds * 1000);
  const { fetch } = fakeIssuer(...keys.map(({ jwk }) => jwk));
  const verifier = joseVerifier({
    issuer: ISSUER,
    audience: AUDIENCE,
    jwksUrl: JWKS_URL,
    leewaySeconds: 0,
    clock,
    fetch,
  });
  return { keys, tokens, verifier, clock };
});

const header = fc.record(
  {
    alg: fc.oneof(
      fc.constantFrom('none', 'None', 'HS256', 'RS256', 'ES256', 'EdDSA', 'PS256', ''),
      hostileText,
    ),
    kid: fc.oneof(fc.constantFrom('r', 'e', 'd', '../../etc/passwd', "' or 1=1"), hostileText),
    jku: fc.constant('https://evil.example/jwks'),
    x5u: fc.constant('https://evil.example/x5u'),
    jwk: fc.constant({ kty: 'oct', k: 'AAAA' }),
    crit: fc.constantFrom(['exp'], ['b64'], []),
    b64: fc.boolean(),
    typ: hostileText,
  },
  { requiredKeys: [] },
);

/** What is done to a good token. */
type Spoil =
  | { readonly how: 'characters'; readonly at: number; readonly with: string }
  | { readonly how: 'header'; readonly header: object }
  | { readonly how: 'claims'; readonly claims: object }
  | { readonly how: 'signature of another' | 'no signature' }
  | { readonly how: 'text'; readonly text: string };

const spoil: fc.Arbitrary<Spoil> = fc.oneof(
  fc.record({
    how: fc.constant('characters' as const),
    at: fc.nat(),
    with: fc.string({ minLength: 1, maxLength: 3 }),
  }),
  fc.record({ how: fc.constant('header' as const), header }),
  fc.record({
    how: fc.constant('claims' as const),
    claims: fc.dictionary(fc.constantFrom(...Object.keys(claims), 'nbf'), fc.jsonValue({ maxDepth: 1 })),
  }),
  fc.record({ how: fc.constantFrom('signature of another' as const, 'no signature' as const) }),
  fc.record({
    how: fc.constant('text' as const),
    text: fc.oneof(
      hostileText,
      fc.tuple(fc.base64String(), fc.base64String(), fc.base64String()).map((parts) => parts.join('.')),
    ),
  }),
);

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function spoiled(token: string, other: string, how: Spoil): string {
  const [head = '', body = '', signature = ''] = token.split('.');
  switch (how.how) {
    case 'characters': {
      const at = how.at % token.length;
      return token.slice(0, at) + how.with + token.slice(at + how.with.length);
    }
    case 'header':
      return `${encoded(how.header)}.${body}.${signature}`;
    case 'claims':
      return `${head}.${encoded({ ...claims, ...how.claims })}.${signature}`;
    case 'signature of another':
      return `${head}.${body}.${other.split('.')[2]}`;
    case 'no signature':
      return `${head}.${body}.`;
    case 'text':
      return how.text;
  }
}

/** Base64 leaves some bits of the last character unused, so two texts may be one signature: that one is good. */
function isSame(a: string, b: string): boolean {
  const [head, body, signature = ''] = a.split('.');
  const [otherHead, otherBody, otherSignature = ''] = b.split('.');
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  return head === otherHead && body === otherBody && bytes(signature).equals(bytes(otherSignature));
}

export const tokenFuzz: Fuzz<readonly [number, Spoil]> = {
  what: 'tokens',
  input: fc.tuple(fc.nat(2), spoil),
  judge:
    () =>
    async ([which, how]) => {
      const { tokens, verifier } = await world();
      const token = tokens[which] ?? '';
      const given = spoiled(token, tokens[(which + 1) % 3] ?? '', how);
      const verdict = await verifier.verify(given);
      if ('claims' in verdict && !isSame(given, token))
        throw new Error('a token that nobody signed was accepted');
    },
};

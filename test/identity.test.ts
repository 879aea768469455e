import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { discoveryUrl } from '../adapters/jwt/discovery.ts';
import { type SigningKey, signingKey } from '../adapters/jwt/fakeIssuer.ts';
import { joseVerifier } from '../adapters/jwt/verifier.ts';
import { manualClock } from '../adapters/memory/clock.ts';
import { type Authorized, authorizeToken } from '../core/authorizeToken.ts';
import { whyRefused } from '../core/refusal.ts';
import type { Settings } from '../core/settings.ts';
import { features } from '../features/index.ts';
import { parseStageConfig } from '../lib/settings/stageConfig.ts';
import { providerTokens } from './support/providerTokens.ts';

const text = readFileSync(new URL('../docs/identity.md', import.meta.url), 'utf8');
const documented = new Map(
  [...text.matchAll(/^```json (\w+)\n([\s\S]+?)^```$/gm)].map(([, name = '', json = '']) => [name, json]),
);
const NOW = 1_700_000_000;
const times = { iat: NOW, nbf: NOW, exp: NOW + 3_600 };

let key: SigningKey;
beforeAll(async () => {
  key = await signingKey('RS256', 'of+the/provider=');
});

const settingsOf = (name: string): Settings => {
  const input = { tokens: JSON.parse(documented.get(name) ?? 'null') };
  const { settings } = parseStageConfig(features, 'dev', input, 'docs/identity.md');
  if (!settings.tokens) throw new Error('without tokens');
  return { ...settings, tokens: settings.tokens };
};

test('docs/identity.md has settings for each provider whose tokens are known, and for no other', () => {
  expect(new Set(documented.keys())).toEqual(new Set(Object.keys(providerTokens)));
});

describe.each(Object.entries(providerTokens))('of %s', (name, { jwksUrl, tokens, user }) => {
  /** Nothing but the two documents is there, each at the provider's own address. */
  async function authorize(claims: object, header: object = {}): Promise<Authorized> {
    const settings = settingsOf(name);
    const { issuer } = settings.tokens;
    const documents = new Map<string, object>([
      [discoveryUrl(issuer), { issuer, jwks_uri: jwksUrl, token_endpoint: 'https://elsewhere.example' }],
      [jwksUrl, { keys: [{ ...key.jwk, alg: undefined }] }],
    ]);
    const fetch = async (url: string) =>
      Response.json(documents.get(url), { status: documents.has(url) ? 200 : 404 });
    const verifier = joseVerifier({ ...settings.tokens, clock: manualClock(NOW * 1_000), fetch });
    return authorizeToken(
      { tokens: verifier, settings },
      await key.sign({ ...claims, ...times }, { ...header }),
    );
  }

  test.each(Object.entries(tokens))(
    'the %s token lets its user in, with tenant, roles and clients',
    async (_kind, { typ, claims }) => {
      const { sub } = claims as { sub: string };
      expect(await authorize(claims, typ === undefined ? {} : { typ })).toEqual({
        principal: {
          ...user,
          userId: sub,
          roles: ['msp', 'client'],
          issuedAt: NOW * 1_000,
          expiresAt: (NOW + 3_600) * 1_000,
        },
      });
    },
  );

  test.each(Object.entries(tokens))('the %s token for another app is refused', async (_kind, { claims }) => {
    const elsewhere = 'aud' in claims ? { aud: 'another' } : { client_id: 'another' };
    expect(await authorize({ ...claims, ...elsewhere })).toEqual({ refused: 401, check: 'audience' });
  });
});

test('docs/identity.md names every check that there is, and no other', () => {
  const table = text.slice(text.indexOf('| `check` |'));
  const named = [...table.matchAll(/^\| (`[^|]+) \| (\d{3}) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w-]+)`/g)].map(([, check = '']) => check),
  );
  const source = readFileSync(new URL('../core/refusal.ts', import.meta.url), 'utf8');
  const explained = source.slice(source.indexOf('const ofTokens'));
  const checks = [...explained.matchAll(/^ {2}'?([\w-]+)'?: /gm)].map(([, check = '']) => check);
  expect([...named].sort()).toEqual([...checks, 'connections'].sort());
});

test('the line that docs/identity.md shows is what is written', () => {
  const shown = JSON.parse(/^\{"level".*$/m.exec(text)?.[0] ?? 'null');
  expect(shown.why).toBe(whyRefused(shown.check, settingsOf('auth0')));
});

import { beforeAll, beforeEach, expect, test } from 'vitest';
import { type ManualClock, manualClock } from '../memory/clock.ts';
import { discoveryUrl } from './discovery.ts';
import {
  AUDIENCE,
  CONFIGURATION_URL,
  type FakeIssuer,
  fakeIssuer,
  ISSUER,
  JWKS_URL,
  type SigningKey,
  signingKey,
} from './fakeIssuer.ts';
import { joseVerifier } from './verifier.ts';

const NOW = 1_700_000_000;
const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', exp: NOW + 20_000, iat: NOW };

let key: SigningKey;
let other: SigningKey;
let token: string;
beforeAll(async () => {
  [key, other] = await Promise.all([signingKey('ES256', 'a'), signingKey('ES256', 'b')]);
  token = await key.sign(claims);
});

let clock: ManualClock;
let issuer: FakeIssuer;
beforeEach(() => {
  clock = manualClock(NOW * 1_000);
  issuer = fakeIssuer(key.jwk);
});
const verifierOf = (url = ISSUER) =>
  joseVerifier({ issuer: url, audience: AUDIENCE, leewaySeconds: 0, clock, fetch: issuer.fetch });
const asked = () => [issuer.discoveries(), issuer.fetches()];

test('the issuer alone says where its keys are, and is asked once for all tokens of an hour', async () => {
  const verifier = verifierOf();
  expect(asked()).toEqual([0, 0]);
  const verdicts = await Promise.all(Array.from({ length: 5 }, () => verifier.verify(token)));
  expect(verdicts).toEqual(Array(5).fill({ claims }));
  await clock.advance(3_600_000 - 1);
  await verifier.verify(token);
  expect(asked()).toEqual([1, 1]);
  await clock.advance(1);
  await verifier.verify(token);
  expect(asked()).toEqual([2, 2]);
});

test('a new key is found where the keys were last time', async () => {
  const verifier = verifierOf();
  await verifier.verify(token);
  issuer.publish(key.jwk, other.jwk);
  await clock.advance(10_000);
  expect(await verifier.verify(await other.sign(claims))).toEqual({ claims });
  expect(asked()).toEqual([1, 2]);
});

test('after keys that could not be fetched, where they are is asked again', async () => {
  const verifier = verifierOf();
  const configuration = () => Response.json({ issuer: ISSUER, jwks_uri: JWKS_URL });
  issuer.script(configuration, () => new Response('', { status: 404 }));
  await expect(verifier.verify(token)).rejects.toThrow(`could not be fetched: ${JWKS_URL}: status 404`);
  await clock.advance(1_000);
  expect(await verifier.verify(token)).toEqual({ claims });
  expect(asked()).toEqual([2, 2]);
});

test('while the issuer does not answer, its old keys go on working', async () => {
  const verifier = verifierOf();
  await verifier.verify(token);
  await clock.advance(3_600_000);
  issuer.script(() => Promise.reject(new TypeError('fetch failed')));
  expect(await verifier.verify(token)).toEqual({ claims });
  expect(asked()).toEqual([2, 1]);
});

test('the configuration of another issuer is not believed, be it different by a slash', async () => {
  issuer.script(() => Response.json({ issuer: `${ISSUER}/`, jwks_uri: JWKS_URL }));
  const said = `tokens.issuer is ${ISSUER}, and it names "${ISSUER}/"; write the one that stands in the tokens`;
  await expect(verifierOf().verify(token)).rejects.toThrow(said);
  expect(asked()).toEqual([1, 0]);
});

test.each<[string, unknown, string | RegExp]>([
  ['without an issuer', { jwks_uri: JWKS_URL }, 'names none'],
  ['without keys', { issuer: ISSUER }, 'names no jwks_uri'],
  ['with keys by plain http', { issuer: ISSUER, jwks_uri: 'http://issuer.example/jwks' }, 'https://'],
  ['with keys at no address', { issuer: ISSUER, jwks_uri: '/jwks' }, 'names no jwks_uri'],
  ['that is a list', [], 'names none'],
  ['that is nothing', null, 'names none'],
])(
  'a configuration %s is an outage that says so, and no keys are fetched',
  async (_, configuration, said) => {
    issuer.script(() => Response.json(configuration));
    const failure = verifierOf().verify(token);
    await expect(failure).rejects.toThrow(said);
    await expect(failure).rejects.toThrow(CONFIGURATION_URL);
    await expect(failure).rejects.not.toThrow(token);
    expect(asked()).toEqual([1, 0]);
  },
);

test('an issuer that answers neither question is waited for 1.5 s for each', async () => {
  const never = () => new Promise<Response>(() => {});
  const verifier = verifierOf();
  issuer.script(() => Response.json({ issuer: ISSUER, jwks_uri: JWKS_URL }), never);
  const failure = expect(verifier.verify(token)).rejects.toThrow(`${JWKS_URL}: no answer in 1500 ms`);
  await clock.advance(1_500);
  await failure;
  issuer.script(never);
  const again = expect(verifier.verify(token)).rejects.toThrow(`${CONFIGURATION_URL}: no answer in 1500 ms`);
  await clock.advance(1_500);
  await again;
});

test('a slash at the end of an issuer is not doubled, and its path stays', () => {
  const configuration = '.well-known/openid-configuration';
  expect(discoveryUrl('https://a.example/')).toBe(`https://a.example/${configuration}`);
  expect(discoveryUrl('https://a.example/realms/x')).toBe(`https://a.example/realms/x/${configuration}`);
});

test('an issuer is asked by https, or on this machine', () => {
  expect(() => verifierOf('http://issuer.example')).toThrow('issuer must be https');
  expect(() => verifierOf('http://127.0.0.1:9000/realms/x')).not.toThrow();
});

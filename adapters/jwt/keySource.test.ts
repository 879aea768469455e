import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from '../memory/clock.ts';
import { AUDIENCE, fakeIssuer, ISSUER, JWKS_URL, type SigningKey, signingKey } from './fakeIssuer.ts';
import { type JoseVerifierParts, joseVerifier } from './verifier.ts';

const NOW = 1_700_000_000;
const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'ada', exp: NOW + 600, iat: NOW };
const invalid = { refused: 'key' };

let rsa: SigningKey;
let ec: SigningKey;
let foreign: SigningKey;
beforeAll(async () => {
  [rsa, ec, foreign] = await Promise.all([
    signingKey('RS256', 'rsa'),
    signingKey('ES256', 'ec'),
    signingKey('ES256', 'ec'),
  ]);
});

const parts = (over: Partial<JoseVerifierParts>): JoseVerifierParts => ({
  issuer: ISSUER,
  audience: AUDIENCE,
  jwksUrl: JWKS_URL,
  leewaySeconds: 0,
  clock: manualClock(NOW * 1_000),
  ...over,
});

describe("the issuer's keys", () => {
  const clock = () => manualClock(NOW * 1_000);
  let issuer: ReturnType<typeof fakeIssuer>;
  beforeEach(() => {
    issuer = fakeIssuer(ec.jwk);
  });
  const broken = () => new Response('', { status: 500 });
  const unreachable = new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });

  it('are fetched when the first token comes, once for all that come together', async () => {
    const verifier = joseVerifier(parts({ fetch: issuer.fetch }));
    expect(issuer.fetches()).toBe(0);
    const token = await ec.sign(claims);
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)));
    expect(verdicts).toEqual(Array(20).fill({ claims }));
    expect(issuer.fetches()).toBe(1);
  });

  it('are fetched again for an unknown kid, so a rotation refuses nobody', async () => {
    const time = clock();
    const verifier = joseVerifier(parts({ clock: time, fetch: issuer.fetch }));
    await verifier.verify(await ec.sign(claims));
    issuer.publish(ec.jwk, rsa.jwk);
    await time.advance(10_000);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => rsa.sign(claims)));
    const verdicts = await Promise.all(tokens.map((token) => verifier.verify(token)));
    expect(verdicts).toEqual(Array(10).fill({ claims }));
    expect(await verifier.verify(await ec.sign(claims))).toEqual({ claims });
    expect(issuer.fetches()).toBe(2);
  });

  it('a key that was taken back no longer counts once the keys are fetched again', async () => {
    const time = clock();
    const verifier = joseVerifier(parts({ clock: time, fetch: issuer.fetch }));
    const token = await ec.sign({ ...claims, exp: NOW + 7_200 });
    await verifier.verify(token);
    issuer.publish(rsa.jwk);
    await time.advance(3_600_000);
    expect(await verifier.verify(token)).toEqual(invalid);
  });

  it('a thousand unknown kids make at most one fetch in 10 s', async () => {
    const time = clock();
    const verifier = joseVerifier(parts({ clock: time, fetch: issuer.fetch }));
    const good = await ec.sign(claims);
    await verifier.verify(good);
    const tokens = await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => foreign.sign(claims, { kid: `k${n}` })),
    );
    for (const [round, fetches] of [
      [0, 1],
      [9_999, 1],
      [1, 2],
      [9_999, 2],
      [1, 3],
    ] as const) {
      await time.advance(round);
      const verdicts = await Promise.all(tokens.map((token) => verifier.verify(token)));
      expect(new Set(verdicts.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(invalid)]));
      expect(issuer.fetches()).toBe(fetches);
    }
    expect(await verifier.verify(good)).toEqual({ claims });
  });

  it('are refreshed after an hour of use, and old ones go on working while that fails', async () => {
    const time = clock();
    const verifier = joseVerifier(parts({ clock: time, fetch: issuer.fetch }));
    const token = await ec.sign({ ...claims, exp: NOW + 7_200 });
    await verifier.verify(token);
    await time.advance(3_600_000 - 1);
    await verifier.verify(token);
    expect(issuer.fetches()).toBe(1);
    issuer.script(broken, broken);
    await time.advance(1);
    expect(await verifier.verify(token)).toHaveProperty('claims');
    expect(await verifier.verify(token)).toHaveProperty('claims');
    expect(issuer.fetches()).toBe(2);
    await time.advance(10_000);
    expect(await verifier.verify(token)).toHaveProperty('claims');
    expect(issuer.fetches()).toBe(3);
  });

  it.each<[string, string, () => Response | Promise<Response>]>([
    ['an error status', 'status 500', broken],
    ['what is not JSON', 'the answer is not JSON', () => new Response('<html>')],
    ['more than 64 KB', 'more than 65536 bytes', () => new Response(`{"keys":[]}${' '.repeat(64 * 1024)}`)],
    ['no connection', 'fetch failed (ECONNREFUSED)', () => Promise.reject(unreachable)],
  ])('that were never fetched let nobody in: %s is an outage and not a bad token', async (_, why, answer) => {
    const time = clock();
    issuer.script(answer);
    const verifier = joseVerifier(parts({ clock: time, fetch: issuer.fetch }));
    const token = await ec.sign(claims);
    const failure = verifier.verify(token);
    await expect(failure).rejects.toThrow(`the issuer's keys could not be fetched: ${JWKS_URL}: ${why}`);
    await expect(failure).rejects.not.toThrow(token);
    // Not asked again at once.
    await expect(verifier.verify(token)).rejects.toThrow();
    expect(issuer.fetches()).toBe(1);
    await time.advance(1_000);
    expect(await verifier.verify(token)).toEqual({ claims });
  });

  it('that are no key set are an outage too', async () => {
    issuer.script(() => Response.json({ keys: 'none' }));
    const verifier = joseVerifier(parts({ fetch: issuer.fetch }));
    await expect(verifier.verify(await ec.sign(claims))).rejects.toThrow(/could not be fetched: .*Key Set/);
  });

  it('an issuer that does not answer is given 1.5 s', async () => {
    const time = clock();
    let given: AbortSignal | undefined;
    issuer.script((signal) => {
      given = signal;
      return new Promise(() => {});
    });
    const verifier = joseVerifier(parts({ clock: time, fetch: issuer.fetch }));
    const token = await ec.sign(claims);
    const failure = expect(verifier.verify(token)).rejects.toThrow('could not be fetched');
    await time.advance(1_499);
    expect(given?.aborted).toBe(false);
    await time.advance(1);
    expect(given?.aborted).toBe(true);
    await failure;
    expect(await verifier.verify(token)).toEqual({ claims });
  });

  it('a private key in the set is not used', async () => {
    const fetch = fakeIssuer({ ...ec.jwk, d: 'AAAA' }).fetch;
    expect(await joseVerifier(parts({ fetch })).verify(await ec.sign(claims))).toEqual(invalid);
  });
});

import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Fetch } from './fetchJson.ts';

export const ISSUER = 'https://issuer.example';
export const AUDIENCE = 'tidings';
export const JWKS_URL = 'https://issuer.example/jwks';

export interface SigningKey {
  readonly alg: string;
  readonly jwk: JWK;
  /** `header` adds to, or overrides, `alg` and `kid`. */
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

export async function signingKey(alg: string, kid: string | undefined): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), ...(kid !== undefined && { kid }), use: 'sig' };
  const sign = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg, ...(kid !== undefined && { kid }), ...header })
      .sign(privateKey);
  return { alg, jwk, sign };
}

export type ScriptedAnswer = (signal: AbortSignal) => Response | Promise<Response>;

export interface FakeIssuer {
  readonly fetch: Fetch;
  /** How often the keys were asked for. */
  fetches(): number;
  /** How often the configuration was asked for. */
  discoveries(): number;
  publish(...keys: readonly JWK[]): void;
  /** What the next fetches come to, instead of the published keys. */
  script(...answers: readonly ScriptedAnswer[]): void;
}

export const CONFIGURATION_URL = `${ISSUER}/.well-known/openid-configuration`;

export function fakeIssuer(...first: readonly JWK[]): FakeIssuer {
  let keys = first;
  let fetches = 0;
  let discoveries = 0;
  const scripted: ScriptedAnswer[] = [];
  return {
    async fetch(url, { signal }) {
      if (url === JWKS_URL) fetches++;
      else if (url === CONFIGURATION_URL) discoveries++;
      else throw new Error(`fetched ${url}`);
      const body = url === JWKS_URL ? { keys } : { issuer: ISSUER, jwks_uri: JWKS_URL };
      const answer = scripted.shift() ?? (() => Response.json(body));
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
      return Promise.race([answer(signal), aborted]);
    },
    fetches: () => fetches,
    discoveries: () => discoveries,
    publish: (...next) => {
      keys = next;
    },
    script: (...answers) => void scripted.push(...answers),
  };
}

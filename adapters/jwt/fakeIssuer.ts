import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Fetch } from './keySource.ts';

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
  publish(...keys: readonly JWK[]): void;
  /** What the next fetches come to, instead of the published keys. */
  script(...answers: readonly ScriptedAnswer[]): void;
}

export function fakeIssuer(...first: readonly JWK[]): FakeIssuer {
  let keys = first;
  let fetches = 0;
  const scripted: ScriptedAnswer[] = [];
  return {
    async fetch(url, { signal }) {
      fetches++;
      if (url !== JWKS_URL) throw new Error(`fetched ${url}`);
      const answer = scripted.shift() ?? (() => Response.json({ keys }));
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      });
      return Promise.race([answer(signal), aborted]);
    },
    fetches: () => fetches,
    publish: (...next) => {
      keys = next;
    },
    script: (...answers) => void scripted.push(...answers),
  };
}

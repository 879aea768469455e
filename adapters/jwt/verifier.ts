import { decodeProtectedHeader } from 'jose/decode/protected_header';
import { JWKSNoMatchingKey, JWTExpired } from 'jose/errors';
import { type JWTVerifyGetKey, jwtVerify } from 'jose/jwt/verify';
import type { Claims, TokenVerifier } from '../../core/ports.ts';
import { misdated } from '../tokenTimes.ts';
import { type KeySource, type KeySourceParts, KeysUnavailable, keySource } from './keySource.ts';

export interface JoseVerifierParts extends KeySourceParts {
  /** What `iss` must be, to the letter. */
  readonly issuer: string;
  /** What `aud` must be or hold; for an access token without `aud`, what `client_id` must be. */
  readonly audience: string;
  /** What `token_use` must be, where that matters. */
  readonly tokenUse?: 'access' | 'id' | undefined;
  /** By how much the issuer's clock may differ from ours, for `exp`, `nbf` and `iat`. */
  readonly leewaySeconds: number;
}

/**
 * Only algorithms with public keys. With a shared-secret algorithm in this list, anybody with the public key
 * could sign: https://datatracker.ietf.org/doc/html/rfc8725#section-2.1
 */
const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
const MAX_TOKEN_CHARACTERS = 8 * 1024;
const KEY_ID = /^[A-Za-z0-9._~+/=:@-]{1,256}$/;

/**
 * Judges JWTs by the issuer's published keys. A key inside a token's header, or an address of one, is never
 * looked at: `kid` selects among the issuer's keys, and without it there must be only one that fits.
 * `verify` throws `KeysUnavailable` while the keys were never fetched; once they were, they go on working
 * when the issuer does not answer.
 * @throws TypeError when `jwksUrl` is not https (http on this machine)
 */
export function joseVerifier(parts: JoseVerifierParts): TokenVerifier {
  const { issuer, leewaySeconds, clock } = parts;
  const getKey = selectKey(keySource(parts));
  const judge = (claims: Claims) =>
    isForUs(claims, parts) ? misdated(claims, clock.now(), leewaySeconds) : 'invalid';

  return {
    async verify(token) {
      if (!isPlausible(token)) return { refused: 'invalid' };
      try {
        const { payload } = await jwtVerify(token, getKey, {
          issuer,
          algorithms: ALGORITHMS,
          requiredClaims: ['exp'],
          clockTolerance: leewaySeconds,
          currentDate: new Date(clock.now()),
        });
        const refused = judge(payload);
        return refused ? { refused } : { claims: payload };
      } catch (error) {
        if (error instanceof KeysUnavailable) throw error;
        return { refused: (error instanceof JWTExpired && judge(error.payload)) || 'invalid' };
      }
    },
  };
}

/** Checks that need no cryptography and no fetch. */
function isPlausible(token: string): boolean {
  if (token.length > MAX_TOKEN_CHARACTERS) return false;
  try {
    const { alg = '', kid } = decodeProtectedHeader(token);
    return ALGORITHMS.includes(alg) && (kid === undefined || (typeof kid === 'string' && KEY_ID.test(kid)));
  } catch {
    return false;
  }
}

const selectKey =
  (source: KeySource): JWTVerifyGetKey =>
  async (header, token) => {
    const keys = await source.current();
    try {
      return await keys(header, token);
    } catch (error) {
      const newer = error instanceof JWKSNoMatchingKey ? await source.newer(keys) : undefined;
      if (!newer) throw error;
      return newer(header, token);
    }
  };

/**
 * Cognito's access tokens have no `aud` and name the app in `client_id`:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
function isForUs(claims: Claims, { audience, tokenUse }: JoseVerifierParts): boolean {
  const { aud, client_id: clientId, token_use: use } = claims;
  if (tokenUse !== undefined && use !== tokenUse) return false;
  if (aud === undefined) return use === 'access' && clientId === audience;
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience;
}

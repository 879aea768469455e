import { decodeProtectedHeader } from 'jose/decode/protected_header';
import {
  JWKSNoMatchingKey,
  JWSSignatureVerificationFailed,
  JWTClaimValidationFailed,
  JWTExpired,
} from 'jose/errors';
import { decodeJwt } from 'jose/jwt/decode';
import { type JWTVerifyGetKey, jwtVerify } from 'jose/jwt/verify';
import type { Claims, TokenCheck, TokenVerifier } from '../../core/ports.ts';
import { failedTimeCheck } from '../tokenTimes.ts';
import { type KeySource, type KeySourceParts, KeysUnavailable, keySource } from './keySource.ts';

export interface JoseVerifierParts extends KeySourceParts {
  /** What `iss` must be, to the letter. */
  readonly issuer: string;
  /** What `aud` must be or hold, or several of which one is enough; for an access token without `aud`, what `client_id` must be. */
  readonly audience: string | readonly string[];
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
 * @throws TypeError when `jwksUrl`, or without one `issuer`, is not https (http on this machine)
 */
export function joseVerifier(parts: JoseVerifierParts): TokenVerifier {
  const { issuer, leewaySeconds, clock } = parts;
  const getKey = selectKey(keySource(parts));
  const judge = (claims: Claims) =>
    failedAudienceCheck(claims, parts) ?? failedTimeCheck(claims, clock.now(), leewaySeconds);

  return {
    async verify(token) {
      const implausible = judgeUnverified(token, issuer);
      if (implausible) return { refused: implausible };
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
        return { refused: failedCheck(error, judge) };
      }
    },
  };
}

/** Checks that need no cryptography and no fetch, so that a token of another issuer costs neither. */
function judgeUnverified(token: string, issuer: string): TokenCheck | undefined {
  if (token.length > MAX_TOKEN_CHARACTERS) return 'token';
  try {
    const { alg = '', kid } = decodeProtectedHeader(token);
    if (!ALGORITHMS.includes(alg)) return 'algorithm';
    if (kid !== undefined && !(typeof kid === 'string' && KEY_ID.test(kid))) return 'key';
    return decodeJwt(token).iss === issuer ? undefined : 'issuer';
  } catch {
    return 'token';
  }
}

function failedCheck(error: unknown, judge: (claims: Claims) => TokenCheck | undefined): TokenCheck {
  if (error instanceof JWTExpired || error instanceof JWTClaimValidationFailed)
    return judge(error.payload) ?? 'time';
  if (error instanceof NoKey) return 'key';
  return error instanceof JWSSignatureVerificationFailed ? 'signature' : 'token';
}

/** Among the issuer's keys is none for a token, or more than one, or one that is no public key. */
class NoKey extends Error {}

const selectKey =
  (source: KeySource): JWTVerifyGetKey =>
  async (header, token) => {
    const keys = await source.current();
    const select = (from: typeof keys) =>
      from(header, token).catch((cause: unknown) => {
        throw new NoKey('there is no key for this token', { cause });
      });
    try {
      return await select(keys);
    } catch (error) {
      const isUnknown = error instanceof NoKey && error.cause instanceof JWKSNoMatchingKey;
      const newer = isUnknown ? await source.newer(keys) : undefined;
      if (!newer) throw error;
      return select(newer);
    }
  };

/**
 * Cognito's access tokens have no `aud` and name the app in `client_id`:
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 */
function failedAudienceCheck(
  claims: Claims,
  { audience, tokenUse }: JoseVerifierParts,
): TokenCheck | undefined {
  const { aud, client_id: clientId, token_use: use } = claims;
  if (tokenUse !== undefined && use !== tokenUse) return 'token-use';
  const named = aud === undefined && use === 'access' ? [clientId] : [aud].flat();
  return named.some((one) => [audience].flat().includes(one as string)) ? undefined : 'audience';
}

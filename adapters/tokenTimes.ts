import type { Claims } from '../core/ports.ts';

/** The last moment that a JavaScript date can name, in seconds: https://tc39.es/ecma262/#sec-time-values-and-time-range */
const endOfTimeSeconds = 8_640_000_000_000;

/**
 * Judges when a token is good. Its issuer's clock may differ from ours by the leeway, either way, and `iat`,
 * `nbf` and `exp` are held to the same one: a token from further in the future would outlive a revocation.
 *
 * @param leewaySeconds by how much the two clocks may differ
 * @returns nothing where the token is good now
 */
export function failedTimeCheck(
  { iat, nbf, exp }: Claims,
  nowMs: number,
  leewaySeconds: number,
): 'expiry' | 'time' | undefined {
  const nowSeconds = nowMs / 1000;
  const latest = nowSeconds + leewaySeconds;
  if (!isTime(exp) || !isPast(iat, latest) || !isPast(nbf, latest)) return 'time';
  return exp + leewaySeconds <= nowSeconds ? 'expiry' : undefined;
}

const isPast = (claim: unknown, latest: number): boolean =>
  claim === undefined || (isTime(claim) && claim <= latest);

/** Seconds since 1970, parts of one allowed: https://datatracker.ietf.org/doc/html/rfc7519#section-2 */
const isTime = (claim: unknown): claim is number =>
  typeof claim === 'number' && claim >= 0 && claim <= endOfTimeSeconds;

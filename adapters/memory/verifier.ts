import type { Claims, Clock, TokenVerifier } from '../../core/ports.ts';
import { systemClock } from '../system.ts';

export interface MemoryVerifier extends TokenVerifier {
  /** A token with these claims. `exp` and `nbf` are in seconds since 1970; without an `exp` it never verifies. */
  issue(claims: Claims): string;
}

/** Verifies the tokens that it issued itself, which no other one does. */
export function memoryVerifier({ clock = systemClock }: { readonly clock?: Clock } = {}): MemoryVerifier {
  const issued = new Map<string, Claims>();
  return {
    issue(claims) {
      const token = `memory-token-${issued.size + 1}`;
      issued.set(token, structuredClone(claims));
      return token;
    },
    async verify(token) {
      const claims = issued.get(token);
      const nowSeconds = Math.floor(clock.now() / 1000);
      const { exp, nbf = 0 } = claims ?? {};
      if (!claims || typeof exp !== 'number' || typeof nbf !== 'number' || nbf > nowSeconds) {
        return { refused: 'invalid' };
      }
      return exp <= nowSeconds ? { refused: 'expired' } : { claims: structuredClone(claims) };
    },
  };
}

import type { Claims, Clock, TokenVerifier } from '../../core/ports.ts';
import { systemClock } from '../system.ts';
import { failedTimeCheck } from '../tokenTimes.ts';

export interface MemoryVerifier extends TokenVerifier {
  /** A token with these claims. `exp`, `nbf` and `iat` are in seconds since 1970; without an `exp` it never verifies. */
  issue(claims: Claims): string;
}

/** Verifies the tokens that it issued itself, which no other one does. */
export function memoryVerifier({
  clock = systemClock,
  leewaySeconds = 0,
}: {
  readonly clock?: Clock;
  readonly leewaySeconds?: number;
} = {}): MemoryVerifier {
  const issued = new Map<string, Claims>();
  return {
    issue(claims) {
      const token = `memory-token-${issued.size + 1}`;
      issued.set(token, structuredClone(claims));
      return token;
    },
    async verify(token) {
      const claims = issued.get(token);
      if (!claims) return { refused: 'token' };
      const refused = failedTimeCheck(claims, clock.now(), leewaySeconds);
      return refused ? { refused } : { claims: structuredClone(claims) };
    },
  };
}

import type { TokenVerifier } from '../../core/ports.ts';
import { type Faulty, failing } from './plan.ts';

/**
 * A verifier that fails as if its issuer did not answer, when the plan says so. The plan does not get the
 * token.
 */
export function faultyVerifier(tokens: TokenVerifier, faulty: Faulty): TokenVerifier {
  return { verify: (token) => failing(faulty, faulty.plan.next('verify'), () => tokens.verify(token)) };
}

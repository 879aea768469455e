import type { TokenVerifier } from '../../core/ports.ts';
import { type Faulty, failing } from './plan.ts';

/** A verifier that fails as one whose issuer does not answer, when the plan says so. The plan is not told the token. */
export function faultyVerifier(tokens: TokenVerifier, faulty: Faulty): TokenVerifier {
  return { verify: (token) => failing(faulty, faulty.plan.next('verify'), () => tokens.verify(token)) };
}

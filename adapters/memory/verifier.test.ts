import { describe } from 'vitest';
import { verifierContract } from '../verifier.contract.ts';
import { memoryVerifier } from './verifier.ts';

describe('the memory verifier', () => {
  verifierContract(async (clock, leewaySeconds) => {
    const verifier = memoryVerifier({ clock, leewaySeconds });
    return { verifier, issue: async (claims) => verifier.issue(claims) };
  });
});

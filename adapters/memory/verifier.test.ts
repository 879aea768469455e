import { describe } from 'vitest';
import { verifierContract } from '../verifier.contract.ts';
import { memoryVerifier } from './verifier.ts';

describe('the memory verifier', () => {
  verifierContract(async (clock) => {
    const verifier = memoryVerifier({ clock });
    return { verifier, issue: async (claims) => verifier.issue(claims) };
  });
});

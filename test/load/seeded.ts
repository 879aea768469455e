import { seededRandom } from '../../adapters/memory/clock.ts';

/** Fractions from 0 to 1 that the same seed gives again. */
export function seeded(seed: number): () => number {
  return seededRandom(seed).fraction;
}

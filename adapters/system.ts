import { randomBytes, randomInt } from 'node:crypto';
import type { Clock, Random } from '../core/ports.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal?.addEventListener('abort', end);
    }),
};

// `randomInt` takes ranges below 2^48.
const RANGE = 2 ** 47;

/** Unpredictable randomness: ids of 128 bits, fractions of 47. */
export const systemRandom: Random = {
  fraction: () => randomInt(RANGE) / RANGE,
  id: () => randomBytes(16).toString('base64url'),
};

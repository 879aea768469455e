import { describe } from 'vitest';
import { clockContract, randomContract } from './clock.contract.ts';
import { systemClock, systemRandom } from './system.ts';

describe('the system clock', () => clockContract(() => ({ clock: systemClock, pass: async () => {} })));
describe('the system randomness', () => randomContract(() => systemRandom));

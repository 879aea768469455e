import { expect, test } from 'vitest';
import type { Proof } from '../test/simulation/runSeed.ts';
import { isProven, summary } from './proveReport.ts';

const proof = (seed: number): Proof => ({
  seed,
  digest: 'abc',
  tookMs: 1,
  violations: [],
  exercised: { faults: 1, crowds: 0, 'dead letters': 0 },
  ...{ acknowledged: 1, received: 1, lost: 0, doubled: 0, misordered: 0, leaked: 0 },
});
const size = { clients: 20, minutes: 30, tookMs: 1000 };
const many = Array.from({ length: 100 }, (_, seed) => proof(seed));

test('what a single seed does not meet is no failure, and does not read like one', () => {
  const text = summary([proof(1)], size);
  expect(text).toContain('so small a run need not meet everything; it did not meet: crowds, dead letters\n');
  expect(text).not.toContain('never put to the test');
  expect(isProven([proof(1)], size)).toBe(true);
});

test('what none of a hundred seeds meets is a failure', () => {
  expect(summary(many, size)).toContain(
    'never put to the test: crowds\nnever put to the test: dead letters\n',
  );
  expect(isProven(many, size)).toBe(false);
  expect(isProven(many, { ...size, minutes: 29 })).toBe(true);
});

test('a seed that failed fails the run, however small', () => {
  expect(isProven([proof(1), { seed: 2, crashed: 'its process ended with 1' }], size)).toBe(false);
});

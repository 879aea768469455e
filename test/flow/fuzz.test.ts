import { expect, test } from 'vitest';
import { fuzzAll } from '../load/fuzzAll.ts';
import { times } from '../support/numbers.ts';
import { ownStack } from '../support/ownStack.ts';

const { stack } = ownStack(() => ({
  settings: { limits: { framesPerSecond: 1_000_000, frameBurst: 1_000_000 } },
  quotas: { connectsPerSecond: 100_000 },
}));

const inputs = times(1000, 3000);

test('nothing that anybody sends crashes an API, is let in, writes when refused, or is answered with foreign text', async () => {
  const { counts, failures } = await fuzzAll({ urls: stack(), seed: 1, inputs });
  expect(failures).toEqual([]);
  expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(inputs);
});

import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { jobKind, jobs } from './index.ts';

const count = jobKind({
  name: 'beds.count',
  roles: 'any',
  input: z.object({}),
  run: async () => ({}),
});

test('two kinds of one name are refused: one of them would never run', () => {
  expect(() => jobs({ kinds: [count, { ...count, name: 'beds.list' }] })).not.toThrow();
  expect(() => jobs({ kinds: [count, { ...count }] })).toThrow('jobs: two kinds are called beds.count');
});

import { expect, test } from 'vitest';
import { isWellFormedId, newId } from './ids.ts';

test('ids are well formed and never the same, also when the pool of randomness is used up', () => {
  const ids = Array.from({ length: 2_000 }, newId);
  expect(ids.filter((id) => !isWellFormedId(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(['', 'nonsense', 'BFaT_fALIAMCKug', 'BFaT_fALIAMCKug==', 'BFaT/fALIAMCKug=', '../../etc/passwd='])(
  '"%s" cannot be an id',
  (id) => {
    expect(isWellFormedId(id)).toBe(false);
  },
);

import { expect, test } from 'vitest';
import type { Head } from '../topics.ts';
import { headMemory } from './heads.ts';

const room = (id: string) => ({ kind: 'room', id }) as const;
const head: Head = { epoch: 'e', seq: 1, state: {}, updatedAt: 0 };

test('the memory of heads is bounded: the one that was written longest ago goes first', () => {
  const heads = headMemory(2);
  for (const id of ['a', 'b', 'a', 'c']) heads.remember('acme', room(id), head);
  expect(heads.recall('acme', room('a'))).toEqual(head);
  expect(heads.recall('acme', room('b'))).toBeUndefined();
  expect(heads.recall('acme', room('c'))).toEqual(head);
});

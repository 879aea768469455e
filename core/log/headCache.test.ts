import { expect, test } from 'vitest';
import type { Head } from '../topics.ts';
import { headCache } from './headCache.ts';

const room = (id: string) => ({ kind: 'room', id }) as const;
const head: Head = { epoch: 'e', seq: 1, state: {}, updatedAt: 0 };

test('the memory of heads is bounded: the one that was written longest ago goes first', () => {
  const cache = headCache(2);
  for (const id of ['a', 'b', 'a', 'c']) cache.set('acme', room(id), head);
  expect(cache.get('acme', room('a'))).toEqual(head);
  expect(cache.get('acme', room('b'))).toBeUndefined();
  expect(cache.get('acme', room('c'))).toEqual(head);
});

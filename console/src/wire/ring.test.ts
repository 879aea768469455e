import { expect, test } from 'vitest';
import { createRing } from './ring.ts';

test('the newest are kept, and numbers go on', () => {
  const ring = createRing<string>(3);
  for (const letter of 'abcd') ring.push(letter);
  expect([ring.first(), ring.at(0), ring.at(1)]).toEqual([1, undefined, 'b']);
  ring.push('e');
  expect([ring.first(), ring.next()]).toEqual([2, 5]);
  expect([0, 1, 2, 3, 4, 5].map(ring.at)).toEqual([undefined, undefined, 'c', 'd', 'e', undefined]);
});

test('what was forgotten is gone, and what comes next has the next number', () => {
  const ring = createRing<string>(3);
  ring.push('a');
  ring.push('b');
  ring.clear();
  expect([ring.first(), ring.next(), ring.at(1)]).toEqual([2, 2, undefined]);
  ring.push('c');
  expect(ring.at(2)).toBe('c');
});

import { expect, test } from 'vitest';
import { likelyUnknowns } from '../unknowns.ts';
import { clientClosure } from './closure.ts';

test.each([
  [1000, 'done', 'done'],
  [1000, '', 'Connection Closed Normally'],
  [4000, '', ''],
])('a client that closes with %i and the reason "%s" is told of with "%s"', (code, reason, expected) => {
  expect(clientClosure(code, reason, likelyUnknowns)).toEqual({ code, reason: expected });
});

import { expect, test } from 'vitest';
import { clientClosure, violationClosure } from './closure.ts';
import { likelyUnknowns } from './unknowns.ts';

const failure = (code: string) => Object.assign(new Error(code), { code });

test.each([
  ['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 1009],
  ['WS_ERR_INVALID_UTF8', 1007],
  ['WS_ERR_EXPECTED_MASK', 1002],
  ['ECONNRESET', 1006],
])('%s ends a connection with %i', (code, expected) => {
  expect(violationClosure(failure(code))).toEqual({ code: expected, reason: '' });
});

test.each([
  [1000, 'done', 'done'],
  [1000, '', 'Connection Closed Normally'],
  [4000, '', ''],
])('a client that closes with %i and the reason "%s" is told of with "%s"', (code, reason, expected) => {
  expect(clientClosure(code, reason, likelyUnknowns)).toEqual({ code, reason: expected });
});

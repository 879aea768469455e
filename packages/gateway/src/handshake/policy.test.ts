import { expect, test } from 'vitest';
import { judgePolicy } from './policy.ts';

const resource = 'arn:aws:execute-api:eu-west-1:1:abc/dev/$connect';
const statement = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: resource };
const judge = (Statement: unknown) => judgePolicy({ Statement }, resource).kind;

test('one statement need not be in a list', () => {
  expect(judge(statement)).toBe('allow');
});

test('an action matches in any case, a resource only in its own', () => {
  expect(judge([{ ...statement, Action: ['EXECUTE-API:invoke'] }])).toBe('allow');
  expect(judge([{ ...statement, Resource: resource.toUpperCase() }])).toBe('deny');
});

test('signs that mean something in a regular expression mean themselves', () => {
  expect(judge([{ ...statement, Resource: resource.replace('$connect', '.connect') }])).toBe('deny');
  expect(judge([{ ...statement, Resource: `${resource}|x` }])).toBe('deny');
});

test('a pattern must match all of the resource', () => {
  expect(judge([{ ...statement, Resource: 'abc/dev/*' }])).toBe('deny');
  expect(judge([{ ...statement, Resource: `${resource.slice(0, -1)}` }])).toBe('deny');
});

test('an empty policy allows nothing', () => {
  expect(judge([])).toBe('deny');
});

test.each([
  undefined,
  'Allow',
  [null],
  [{ ...statement, Action: undefined }],
  [{ ...statement, Resource: [] }],
  [{ ...statement, Resource: [7] }],
  [{ ...statement, Condition: {} }],
  [{ ...statement, NotResource: '*' }],
])('what cannot be judged is malformed, never allowed: %j', (statements) => {
  expect(judge(statements)).toBe('malformed');
});

import { expect, test } from 'vitest';
import { compileSelection } from './selectionExpression.ts';

const brace = (path: string) => `\${${path}}`;

test.each([
  '$request.header.X',
  '$request.bodyguard',
  brace('request.querystring.a'),
  '$context.routeKey',
  'a-$b',
  '$request.body..deep',
  '$request.body.a[b]',
])('what is not supported is refused at the start: %s', (expression) => {
  expect(() => compileSelection(expression)).toThrow(/Selection expression/);
});

test.each([
  ['$request.body', '{"a":1}', '{"a":1}'],
  ['$request.body.a', '{"a":null}', ''],
  ['$request.body.a', '{"a":true}', 'true'],
  ['$request.body.a.b', '{"a":"text"}', ''],
  ['$request.body.a', '{"a":{"b":[1]}}', '{"b":[1]}'],
  ['$request.body.a', '{"a":1,"a":"last"}', 'last'],
  ['$request.body.toString', '{}', ''],
  ['$request.body.list[9]', '{"list":[]}', ''],
  [`${brace('request.body.a')}${brace('request.body.b')}`, '{"a":"x","b":"y"}', 'xy'],
  ['\\$cost', '{}', '$cost'],
])('%s of %s is "%s"', (expression, body, expected) => {
  expect(compileSelection(expression)(body)).toBe(expected);
});

test('a message that is not JSON has no value, unless the expression needs none', () => {
  expect(compileSelection('$request.body.a')('hello')).toBeUndefined();
  expect(compileSelection('fixed')('hello')).toBe('fixed');
});

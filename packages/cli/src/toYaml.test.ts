import { expect, test } from 'vitest';
import { toYaml } from './toYaml.ts';

test('objects and lists stand in blocks, one field or item a line', () => {
  expect(toYaml({ name: 'tidings', list: [1, 'two', { three: 3, four: [4] }], none: [], empty: {} })).toBe(
    `name: tidings
list:
  - 1
  - two
  - three: 3
    four:
      - 4
none: []
empty: {}
`,
  );
});

test.each([
  ['no', '"no"'],
  ['Null', '"Null"'],
  ['3.0.0', '"3.0.0"'],
  ['', '""'],
  ['$ref', '"$ref"'],
  ['a: b', '"a: b"'],
  ['two\nlines', '"two\\nlines"'],
  ['# not a comment', '"# not a comment"'],
  ['- not a list', '"- not a list"'],
])('the text %j is quoted, so that it stays a text', (text, yaml) => {
  expect(toYaml({ value: text })).toBe(`value: ${yaml}\n`);
  expect(toYaml({ [text]: 1 })).toBe(`${yaml}: 1\n`);
});

test('numbers, booleans and null are themselves', () => {
  expect(toYaml([1.5, true, null])).toBe('- 1.5\n- true\n- null\n');
});

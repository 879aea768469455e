import { expect, test } from 'vitest';
import { whatIsWrongIn } from './namedTest.ts';

// In pieces, so that this file leaves out nothing itself.
const call = (...words: string[]) => words.join('.');

test.each([
  `test('a rule', () => {});`,
  `  it('a rule', () => {});`,
  `test.each([1, 2])('a rule', (n) => {});`,
  `test.each([\n  ['a rule', 1],\n])('%s', (name, n) => {});`,
  `test(\n  'a rule',\n  () => {},\n);`,
  `describe.skipIf(process.platform !== 'linux')('rules', () => {\n  test('a rule', () => {});\n});`,
])('a document may name the test of %j', (text) => {
  expect(whatIsWrongIn(text, 'a rule')).toBeUndefined();
});

test.each([
  [`test('another rule', () => {});`, /^there is no test/],
  [`// Once there was 'a rule'.`, /^there is no test/],
  [`${call('test', 'skip')}('a rule', () => {});`, /leaves a test out$/],
  [`${call('test', 'todo')}('a rule');`, /leaves a test out$/],
  [`${call('it', 'skipIf')}(!engine)('a rule', () => {});`, /leaves a test out$/],
  [`${call('it', 'fails')}('a rule', () => {});`, /leaves a test out$/],
  [
    `${call('describe', 'concurrent', 'skip')}('rules', () => {\n  test('a rule', () => {});\n});`,
    /leaves a/,
  ],
  [`test('a rule', (context) => {\n  ${call('context', 'skip()')};\n});`, /leaves a test out$/],
  [`test('a rule', () => {});\n${call('test', 'only')}('another', () => {});`, /leaves a test out$/],
])('but not that of %j', (text, reason) => {
  expect(whatIsWrongIn(text, 'a rule')).toMatch(reason);
});

test('a skipped test shows nothing, whatever else is in its file', () => {
  const file = `test('another', () => {});\n${call('test', 'skip')}('a rule', () => {});`;
  expect(whatIsWrongIn(file, 'a rule')).toMatch(/skip leaves a test out$/);
});

import { expect, test } from 'vitest';
import { readWords } from './readWords.ts';

const options = { since: { type: 'string' }, json: { type: 'boolean' }, url: { type: 'string' } } as const;

test.each(['e:7', '-AbC:7', '--x:7', '-1:2'])(
  'an option takes the value %s, whatever it begins with',
  (value) => {
    expect(readWords(['msp', '--since', value, '--json'], options, ['TOPIC'])).toEqual({
      values: { since: value, json: true },
      named: ['msp'],
    });
  },
);

test('an option that stands where a value should is no value', () => {
  expect(() => readWords(['--since', '--json'], options)).toThrow(/--since/);
  expect(() => readWords(['--since', '--url=x'], options)).toThrow(/--since/);
  expect(() => readWords(['--since'], options)).toThrow(/--since/);
});

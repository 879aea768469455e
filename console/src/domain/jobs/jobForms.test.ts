import { expect, test } from 'vitest';
import { inputOf, jobForms, jsonInput } from './jobForms.ts';

const form = (kind: string) => {
  const found = jobForms.find((one) => one.kind === kind);
  if (!found) throw new Error(kind);
  return found;
};

test('what is left empty is left out, and what has to be there is asked for', () => {
  expect(inputOf(form('translate'), { text: 'hello', to: '' })).toEqual({
    input: { text: 'hello' },
    problems: { to: 'It takes this.' },
  });
  expect(inputOf(form('engagement.report'), { from: '2026-03-02', other: 'x' })).toEqual({
    input: { from: '2026-03-02' },
    problems: {},
  });
});

test('an input of another kind is a JSON object', () => {
  expect(jsonInput(' ')).toEqual({ input: {} });
  expect(jsonInput('{"a":1}')).toEqual({ input: { a: 1 } });
  expect(jsonInput('[1]')).toEqual({ problem: 'must be a JSON object' });
  expect(jsonInput('{').problem).toContain('is no JSON');
});

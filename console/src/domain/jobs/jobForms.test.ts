import { expect, test } from 'vitest';
import { inputOf, inputText, jobForms, jsonInput } from './jobForms.ts';

const form = (kind: string) => {
  const found = jobForms.find((one) => one.kind === kind);
  if (!found) throw new Error(kind);
  return found;
};

test('what is left empty is left out, and what has to be there is asked for', () => {
  expect(inputOf(form('translate'), { text: 'hello', to: '' })).toEqual({
    input: { text: 'hello' },
    problems: { to: 'Fill this in.' },
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

test('a job is called by what was asked', () => {
  expect(inputText({ text: 'Good morning', to: 'es' })).toBe('Good morning, es');
  expect(inputText({ days: [1, 2], isShort: true })).toBe('[1,2], true');
  expect(inputText({})).toBe('');
});

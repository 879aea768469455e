import { expect, test } from 'vitest';
import { shownText, typedData } from './presenceData.ts';

test.each([
  ['  ', null, ''],
  ['out for lunch', 'out for lunch', 'out for lunch'],
  ['{"status":"away"}', { status: 'away' }, '{"status":"away"}'],
  ['{broken', '{broken', '{broken'],
  ['3', 3, '3'],
])('%o is shown as typed', (text, data, shown) => {
  expect(typedData(text)).toEqual(data);
  expect(shownText(typedData(text))).toBe(shown);
});

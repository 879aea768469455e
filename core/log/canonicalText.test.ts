import { expect, test } from 'vitest';
import { canonicalText } from './canonicalText.ts';

// https://www.rfc-editor.org/rfc/rfc8785#section-3.2.2 and 3.2.3, its own examples.
test('a value has the text that RFC 8785 gives it', () => {
  const value = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  );
  expect(canonicalText(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  const names = JSON.parse(
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
  );
  expect(Object.values(JSON.parse(canonicalText(names).replace('"1"', '"one"')))).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh',
  ]);
});

test.each([
  ['{"a":1}', '[["a",1]]'],
  ['{"k":{"a":1}}', '{"k":[["a",1]]}'],
  ['{"a":null}', '{}'],
  ['1', '"1"'],
  ['null', '"null"'],
  ['["a,b"]', '["a","b"]'],
  ['{"__proto__":1}', '{}'],
  ['{"constructor":{"a":1}}', '{"constructor":{"a":2}}'],
])('%s and %s are not the same', (a, b) => {
  expect(canonicalText(JSON.parse(a))).not.toBe(canonicalText(JSON.parse(b)));
});

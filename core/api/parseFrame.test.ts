import { expect, test } from 'vitest';
import { parseFrame } from './parseFrame.ts';

const limits = { frameBytes: 32_000, jsonDepth: 32 };
const refusal = (text: string) => {
  const parsed = parseFrame(text, limits);
  return 'refused' in parsed
    ? { code: parsed.refused.code, message: parsed.refused.message, ref: parsed.ref }
    : parsed;
};

test('a frame without more than an action is enough', () => {
  expect(parseFrame('{"action":"stats"}', limits)).toEqual({ frame: { action: 'stats' } });
});

test.each([
  ['not JSON', 'hello', 'bad_request', /not JSON/],
  ['an empty text', '', 'bad_request', /not JSON/],
  ['an array', '[1]', 'bad_request', /not an array/],
  ['null', 'null', 'bad_request', /not null/],
  ['a number', '7', 'bad_request', /not a number/],
  ['no action', '{"ref":"r"}', 'bad_request', /names no action/],
  [
    'an action that is no text',
    '{"action":7}',
    'validation_failed',
    /^action: expected string, received number/,
  ],
  [
    'a payload that is an array',
    '{"action":"x","payload":[]}',
    'validation_failed',
    /^payload: must be an object/,
  ],
  ['a ref that is too long', `{"action":"x","ref":"${'r'.repeat(65)}"}`, 'validation_failed', /^ref: /],
  ['a topic that is no text', '{"action":"x","topic":{}}', 'validation_failed', /^topic: /],
  ['half a surrogate pair', '{"action":"x","payload":{"a":"\\ud83d"}}', 'bad_request', /surrogate/],
])('%s is refused with what is wrong', (_what, text, code, message) => {
  expect(refusal(text)).toMatchObject({ code, message: expect.stringMatching(message) });
});

test('a refusal carries the ref wherever one can be read', () => {
  expect(refusal('{"ref":"r7"}')).toMatchObject({ ref: 'r7' });
  expect(refusal('{"action":"x","ref":"r8","payload":3}')).toMatchObject({ ref: 'r8' });
});

test.each([
  ['half a surrogate pair elsewhere', '{"ref":"k","payload":{"body":"x\\ud83d"}}'],
  ['half a surrogate pair in a name', '{"ref":"k","payload":{"\\udc00":1}}'],
  ['a payload 33 deep', `{"ref":"k","payload":{"a":${'['.repeat(31)}${']'.repeat(31)}}}`],
  ['depth without end', `{"ref":"k","payload":{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}}`],
  ['32,001 bytes', JSON.stringify({ ref: 'k', payload: { a: 'x'.repeat(31_971) } })],
  ['the largest message', JSON.stringify({ ref: 'k', payload: { a: 'x'.repeat(131_042) } })],
  ['a ref at the end', `{"payload":{"ref":"other","a":"${'x'.repeat(32_000)}"},"ref":"k"}`],
])('2.3: a refusal for %s carries the ref', (_what, text) => {
  expect(refusal(text)).toMatchObject({
    code: expect.stringMatching(/^(bad_request|payload_too_large)$/),
    ref: 'k',
  });
});

test.each([
  ['empty', '""'],
  ['too long', JSON.stringify('r'.repeat(65))],
  ['half a surrogate pair', '"\\ud83d"'],
  ['a number', '7'],
  ['an object', '{"ref":"k"}'],
])('2.3: a ref that is %s is not one, and is not sent back', (_what, ref) => {
  expect(refusal(`{"action":"x","ref":${ref},"payload":3}`)).toMatchObject({ ref: undefined });
});

test('depth is judged before anything is parsed, and brackets in texts do not count', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(refusal(`{"action":"x","payload":{"a":${nested(30)}}}`)).toMatchObject({ frame: { action: 'x' } });
  expect(refusal(`{"action":"x","payload":{"a":${nested(31)}}}`)).toMatchObject({ code: 'bad_request' });
  expect(refusal(nested(10_000))).toMatchObject({
    code: 'bad_request',
    message: expect.stringContaining('32'),
  });
  expect(refusal(JSON.stringify({ action: 'x', payload: { a: '[{"\\'.repeat(50) } }))).toHaveProperty(
    'frame',
  );
});

test('size is counted in bytes', () => {
  const frame = (chars: number) => JSON.stringify({ action: 'x', payload: { a: 'é'.repeat(chars) } });
  expect(refusal(frame(15_900))).toHaveProperty('frame');
  expect(refusal(frame(16_100))).toMatchObject({ code: 'payload_too_large' });
});

test('an emoji, whole and escaped, is text like any other', () => {
  expect(refusal('{"action":"x","payload":{"a":"\\ud83d\\ude00 😀 \\\\ud800"}}')).toHaveProperty('frame');
});

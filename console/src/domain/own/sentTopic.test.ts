import { expect, test } from 'vitest';
import { sentId } from './sentTopic.ts';

const varies = '[A-Za-z0-9_-]{1,64}';
const notes = { kind: 'notes', varies };
const action = {
  payload: {
    properties: {
      note: { type: 'string' },
      clientId: { type: 'string', pattern: `^${varies}$` },
      by: { type: 'string', pattern: `^${varies}$` },
    },
  },
};

test('what was published is followed: by the topic that was named', () => {
  const request = { topic: 'notes:hooli', payload: { clientId: 'acme' } };
  expect(sentId(notes, { action, request })).toBe('hooli');
  expect(sentId({ kind: 'orders', varies }, { action, request })).toBeUndefined();
});

test('where none is named, by the first id of the payload that such a topic may have', () => {
  const request = { payload: { note: 'likes', by: 'sam', clientId: 'client-1' } };
  expect(sentId(notes, { action, request })).toBe('client-1');
  expect(sentId(notes, { action, request: { payload: { note: 'likes' } } })).toBeUndefined();
  expect(sentId({ kind: 'weather' }, { action, request })).toBeUndefined();
  expect(sentId({ kind: 'days', varies: '\\d{4}' }, { action, request })).toBeUndefined();
});

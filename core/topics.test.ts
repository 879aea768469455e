import { expect, test } from 'vitest';
import { memoryRuntime, principal } from '../test/support/memoryRuntime.ts';
import { createApp } from './api/createApp.ts';
import { readTopic, topicKind } from './topics.ts';

const runtime = memoryRuntime();
const read = (text: string) => () => readTopic(runtime.app, principal(runtime), text, runtime.clock.now());

test.each(['user:me', 'tenant', 'msp', 'client:*', 'client:acme', 'room:a_b-C9', 'queue:2026-02-28'])(
  '3.1: %s is a topic of this app',
  (text) => expect(read(text)()).toMatchObject({ kind: text === 'user:me' ? 'user' : text.split(':')[0] }),
);

test.each([
  ...['', 'tenant:x', 'user:ann', 'client:', 'client:a b', 'client:a:b', 'room:*', 'conversation:*'],
  ...[`room:${'x'.repeat(65)}`, 'other:x', 'client', 'clients', 'rooms', 'conversations', 'room:é', 'msp:*'],
])('3.1: %j is no topic of this app, and the refusal names those that there are', (text) => {
  expect(read(text)).toThrow(
    /is no topic: there are user:me, tenant, client:<id>, client:\*, msp, room:<id>, queue:<YYYY-MM-DD> and conversation:<id>/,
  );
});

test.each(['queue', 'queue:', 'queue:2025-02-30', 'queue:9999-01-01', 'queue:*'])(
  '4.1: %j is no day that a board is kept of',
  (text) => expect(read(text)).toThrow(/topic\.date: /),
);

const bare = { contract: {}, actions: [] };
const feature = (name: string, rules: object = {}) => ({
  ...bare,
  name,
  topics: [topicKind({ name, maySubscribe: () => true, initial: {}, ...rules })],
});
const all = { maySubscribe: () => true, listName: 'all', entry: () => ({}) };

test('an app whose features claim the same name, or one that another needs, is refused', () => {
  expect(() => createApp([feature('a'), feature('a')])).toThrow('two features have the kind of topic a');
  expect(() => createApp([feature('news', { id: 'none' })])).toThrow('must not end with s');
  expect(() => createApp([feature('order', { all }), feature('orders')])).toThrow('orders cannot be a kind');
  const slice = { ...bare, name: 'x', user: { initial: { unread: 0 } } };
  expect(() => createApp([slice, { ...slice, name: 'y' }])).toThrow('two features keep unread');
});

import { expect, test } from 'vitest';
import { memoryRuntime, principal } from '../test/support/memoryRuntime.ts';
import { createApp } from './api/createApp.ts';
import type { Feature } from './feature.ts';
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
    /is no topic: there are user:me, tenant, client:<id>, client:\*, msp, room:<id>, queue:<YYYY-MM-DD>, orders:<id>, orders:\* and conversation:<id>/,
  );
});

test.each(['queue', 'queue:', 'queue:2025-02-30', 'queue:9999-01-01', 'queue:*'])(
  '4.1: %j is no day that a board is kept of',
  (text) => expect(read(text)).toThrow(/topic\.date: /),
);

const bare = (name: string, parts: object = {}): Feature => ({ name, contract: {}, actions: [], ...parts });
const withKind = (kind: string, rules: object = {}) =>
  bare(`of ${kind}`, {
    topics: [topicKind({ name: kind, maySubscribe: () => true, initial: {}, ...rules })],
  });
const all = { maySubscribe: () => true, listName: 'all', entry: () => ({}) };
const about = (topic: string) => ({ actions: { 'a.b': { topic } } });

test.each([
  [
    'two kinds of a name',
    [withKind('a'), { ...withKind('a'), name: 'other' }],
    'two features have the kind of topic a',
  ],
  ['a lone kind in the plural', [withKind('news', { id: 'none' })], 'must not end with s'],
  [
    'a kind that a collection is stored under',
    [withKind('order', { all }), withKind('orders')],
    'orders cannot be a kind',
  ],
  ['a kind that no client can name', [withKind('Bad Name')], '"Bad Name" cannot be a kind of topic'],
  [
    'two parts of a user’s feed',
    ['x', 'y'].map((name) => bare(name, { user: { initial: { unread: 0 } } })),
    'two features keep unread',
  ],
  ['two features of a name', [bare('x'), bare('x')], 'two features are called x'],
  [
    'work that the engine has',
    [bare('x', { work: [{ name: 'delivery' }] })],
    'work cannot be called "delivery"',
  ],
  ['work that is no part of a key', [bare('x', { work: [{ name: 'has-dash#x' }] })], 'work cannot be called'],
  ['an action about no topic', [bare('x', { contract: about('nothing') })], 'a.b is about the topic nothing'],
  [
    'an event without a home',
    [bare('x', { contract: { events: { e: { topics: ['nothing:<id>'] } } } })],
    'e has no home',
  ],
  [
    'an ephemeral event that is to be emitted',
    [bare('x', { contract: { events: { e: { topics: ['tenant'], mode: 'ephemeral', emit: true } } } })],
    'feature x: e is ephemeral, so it is in no log to be emitted from',
  ],
  [
    'an event to be emitted under a name that the bus does not take',
    [bare('x', { contract: { events: { ['e'.repeat(129)]: { topics: ['tenant'], emit: true } } } })],
    'its name has more than 128 letters',
  ],
] as const)('an app with %s is refused', (_, features, message) => {
  expect(() => createApp(features)).toThrow(message);
});

test('an app knows which of its events are to be emitted', () => {
  const events = { e: { topics: ['tenant'], emit: true }, f: { topics: ['tenant'] } };
  expect([...createApp([bare('x', { contract: { events } })]).emitted]).toEqual(['e']);
  expect(createApp([]).emitted.size).toBe(0);
});

test('an event needs one home in the app, and an action may be about any topic', () => {
  const events = { e: { topics: ['nothing:<id>', 'tenant'] } };
  const actions = { 'a.b': { topic: 'any', roles: 'any' } };
  expect(createApp([bare('x', { contract: { events, actions } })]).kinds.has('tenant')).toBe(true);
});

import { expect, test } from 'vitest';
import { isCollection, isDate, parseTopic, wireTopic } from './topics.ts';

test.each([
  'user:me',
  'tenant',
  'msp',
  'client:*',
  'client:acme',
  'room:a_b-C9',
  'queue:2026-02-28',
  'conversation:x',
])('3.1: %s is a topic, and is written as it was read', (text) => {
  const topic = parseTopic(text, 'ann');
  expect(topic && wireTopic(topic)).toBe(text);
});

test('3.1: user:me is the topic of who asks', () => {
  expect(parseTopic('user:me', 'ann')).toEqual({ kind: 'user', id: 'ann' });
});

test.each(['', 'user:ann', 'user', 'Room:a', '1:a', ':a', 'tenant ', 'msp\n', 'é:a', `${'k'.repeat(33)}:a`])(
  '3.1: %j can be no topic',
  (text) => expect(parseTopic(text, 'ann')).toBeUndefined(),
);

test('3.4a: all topics of a kind are one that is called *, and a user who is called so is none', () => {
  expect(isCollection({ kind: 'client', id: '*' })).toBe(true);
  expect(isCollection({ kind: 'client', id: 'a' })).toBe(false);
  expect(isCollection({ kind: 'user', id: '*' })).toBe(false);
});

test('4.1: a date must exist', () => {
  expect(['2024-02-29', '2026-12-31'].map(isDate)).toEqual([true, true]);
  expect(
    ['2025-02-30', '2025-02-29', '2026-13-01', '2026-1-1', '', '2026-02-28T00:00'].map(isDate),
  ).not.toContain(true);
});

import { expect, test } from 'vitest';
import { keep, kept } from '../base/kept.ts';
import { keyOf } from './useKept.ts';

function memory(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  } as unknown as Storage;
}

const ada = { tenant: 'acme', user: 'ada' };

test('what was typed is kept for what it is about, and for nothing else', () => {
  const storage = memory();
  keep(keyOf(ada, 'room.send'), { body: 'half a sen' }, storage);
  expect(kept(keyOf(ada, 'room.send'), undefined, storage)).toEqual({ body: 'half a sen' });
  expect(kept(keyOf(ada, 'alert.raise'), 'nothing', storage)).toBe('nothing');
});

test.each([
  ['another user', { ...ada, user: 'bo' }],
  ['another tenant', { ...ada, tenant: 'corp' }],
])('%s who signs in next sees nothing of it', (_, next) => {
  const storage = memory();
  keep(keyOf(ada, 'room.send'), 'half a sen', storage);
  expect(kept(keyOf(next, 'room.send'), undefined, storage)).toBeUndefined();
});

test('what is no JSON is nothing that was kept', () => {
  const storage = { ...memory(), getItem: () => '{' } as unknown as Storage;
  expect(kept('key', 'nothing', storage)).toBe('nothing');
});

test('a storage that is full stops nobody from typing', () => {
  const full = {
    setItem: () => {
      throw new Error('QuotaExceededError');
    },
  } as unknown as Storage;
  expect(() => keep('key', 'half a sen', full)).not.toThrow();
});

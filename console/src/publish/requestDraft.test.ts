import { expect, test } from 'vitest';
import { keepDraft, keptDraft, type RequestDraft } from './requestDraft.ts';

function memory(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  } as unknown as Storage;
}

const draft: RequestDraft = {
  topic: 'room:lobby',
  ref: 'r-1',
  via: 'http',
  payload: { form: { fields: { body: { text: 'half a sen' } } } },
};

const ada = { tenant: 'acme', user: 'ada' };

test('what was typed for an action is kept for it, and for no other', () => {
  const storage = memory();
  keepDraft(ada, 'room.send', draft, storage);
  expect(keptDraft(ada, 'room.send', storage)).toEqual(draft);
  expect(keptDraft(ada, 'alert.raise', storage)).toBeUndefined();
});

test('whoever signs in after somebody else sees nothing of what that one typed', () => {
  const storage = memory();
  keepDraft(ada, 'room.send', draft, storage);
  expect(keptDraft({ ...ada, user: 'bo' }, 'room.send', storage)).toBeUndefined();
  expect(keptDraft({ ...ada, tenant: 'corp' }, 'room.send', storage)).toBeUndefined();
});

test('a token that is typed for `auth` is not kept', () => {
  const storage = memory();
  keepDraft(ada, 'auth', draft, storage);
  expect(keptDraft(ada, 'auth', storage)).toBeUndefined();
});

test('what is no draft, as of another release, is none', () => {
  const storage = memory();
  for (const text of ['{', '7', '{"payload":7}']) {
    expect(keptDraft(ada, 'room.send', { ...storage, getItem: () => text })).toBeUndefined();
  }
});

test('a storage that is full stops nobody from typing', () => {
  const full = {
    setItem: () => {
      throw new Error('QuotaExceededError');
    },
  } as unknown as Storage;
  expect(() => keepDraft(ada, 'room.send', draft, full)).not.toThrow();
});

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

test('what was typed for an action is kept for it, and for no other', () => {
  const storage = memory();
  keepDraft('room.send', draft, storage);
  expect(keptDraft('room.send', storage)).toEqual(draft);
  expect(keptDraft('alert.raise', storage)).toBeUndefined();
  keepDraft('room.send', undefined, storage);
  expect(keptDraft('room.send', storage)).toBeUndefined();
});

test('a token that is typed for `auth` is not kept', () => {
  const storage = memory();
  keepDraft('auth', draft, storage);
  expect(keptDraft('auth', storage)).toBeUndefined();
});

test('what is no draft, as of another release, is none', () => {
  const storage = memory();
  for (const text of ['{', '7', '{"payload":7}']) {
    storage.setItem('tidings.draft.room.send', text);
    expect(keptDraft('room.send', storage)).toBeUndefined();
  }
});

test('a storage that is full stops nobody from typing', () => {
  const full = {
    setItem: () => {
      throw new Error('QuotaExceededError');
    },
  } as unknown as Storage;
  expect(() => keepDraft('room.send', draft, full)).not.toThrow();
});

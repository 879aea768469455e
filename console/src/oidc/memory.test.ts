import { expect, test } from 'vitest';
import { recall, remember, takeAnswer } from './memory.ts';

function memory(): Storage {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
    removeItem: (key: string) => void values.delete(key),
  } as Storage;
}
const left = { state: 's', nonce: 'n', verifier: 'v', hash: '#/topics/room:lobby' };

test('what a tab remembers is for the answer to its own question, once', () => {
  const storage = memory();
  remember(left, storage);
  expect(recall('another', storage)).toBeUndefined();
  expect(recall(null, storage)).toBeUndefined();
  expect(recall('s', storage)).toEqual(left);
  expect(recall('s', storage)).toBeUndefined();
  storage.setItem('tidings.signIn', '{');
  expect(recall('s', storage)).toBeUndefined();
});

test('what one comes back to is a page of this address, whatever is remembered', () => {
  for (const hash of ['//evil.test', 'https://evil.test', '/evil']) {
    const storage = memory();
    remember({ ...left, hash }, storage);
    expect(recall('s', storage)?.hash).toBe('');
  }
});

/** A page at an address, and those that take its place in the history. */
function pageAt(address: string) {
  const { pathname, search, hash } = new URL(address, 'https://console.acme.test');
  const replaced: string[] = [];
  const history = { replaceState: (_: unknown, __: string, url: string) => replaced.push(url) };
  return { page: { location: { pathname, search, hash }, history } as unknown as Window, replaced };
}

test('an answer is taken out of the address, be it a code or a refusal', () => {
  for (const query of ['code=c&state=s', 'error=access_denied&state=s']) {
    const { page, replaced } = pageAt(`/?${query}#/topics`);
    expect(String(takeAnswer(page))).toBe(query);
    expect(replaced).toEqual(['/#/topics']);
  }
});

test('what is no answer stays as it is', () => {
  for (const address of ['/#/topics', '/?code=c', '/?state=s', '/?q=a']) {
    const { page, replaced } = pageAt(address);
    expect(takeAnswer(page)).toBeUndefined();
    expect(replaced).toEqual([]);
  }
});

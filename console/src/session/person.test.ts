import { expect, test } from 'vitest';
import { keepCredential, keptCredential } from './kept.ts';
import { listed, looksLikeToken, personOfToken } from './person.ts';

const token = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;

test.each([
  [{ sub: 'ada', tenant: 'acme', roles: ['msp'] }],
  [{ sub: 'ada', 'custom:tenant': 'acme', 'cognito:groups': ['msp'] }],
])('a token says whom it names: %j', (claims) => {
  expect(personOfToken(token({ ...claims, exp: 1_700_000_000 }))).toEqual({
    user: 'ada',
    tenant: 'acme',
    roles: ['msp'],
    expiresAt: 1_700_000_000_000,
  });
});

test('names of any language are read, and what is no token says nothing', () => {
  expect(personOfToken(token({ sub: 'Zoë 李' }))).toEqual({ user: 'Zoë 李' });
  for (const text of ['', 'a.b.c', 'hello', `e30.${btoa('null')}.x`]) expect(personOfToken(text)).toEqual({});
});

test('a token has three parts', () => {
  expect([token({}), 'a.b', 'a b.c.d', ''].map(looksLikeToken)).toEqual([true, false, false, false]);
});

test('a list is typed with commas, spaces or both', () => {
  expect(listed(' acme, globex  initech,')).toEqual(['acme', 'globex', 'initech']);
});

/** As a tab has it. */
function storage() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
}

test('who was signed in is there after a reload, and is forgotten with signing out', () => {
  const tab = storage();
  for (const credential of [
    { person: { user: 'ada', tenant: 'acme', roles: ['msp'] } },
    { token: token({ sub: 'ada' }) },
  ]) {
    keepCredential(credential, tab);
    expect(keptCredential(tab)).toEqual(credential);
  }
  keepCredential(undefined, tab);
  expect(keptCredential(tab)).toBeUndefined();
});

test('what somebody else left there is nobody', () => {
  const tab = storage();
  for (const text of ['{', 'null', '{"person":{}}', '{"token":5}', '[]']) {
    tab.setItem('tidings.session', text);
    expect(keptCredential(tab)).toBeUndefined();
  }
});

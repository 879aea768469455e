import { expect, test } from 'vitest';
import { issuedTokens, pastedTokens } from './tokens.ts';

/** A token that ends so many seconds from now. */
const tokenFor = (seconds: number, who: object = { sub: 'ada' }) => {
  const claims = { ...who, exp: Math.floor(Date.now() / 1_000) + seconds };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
};

const person = { user: 'ada', tenant: 'acme', roles: ['msp'] };

test('a laptop’s issuer is asked again each time', async () => {
  const asked: unknown[] = [];
  const fetcher = async (path: string | URL | Request, init?: RequestInit) => {
    asked.push([path, JSON.parse(String(init?.body))]);
    return Response.json({ token: `t${asked.length}` });
  };
  const tokens = issuedTokens(person, fetcher);
  expect([await tokens.get({ force: false }), await tokens.get({ force: true })]).toEqual(['t1', 't2']);
  expect(asked[0]).toEqual(['/issuer/token', person]);
});

test('only the next token is one that is over, where one is asked for', async () => {
  const asked: unknown[] = [];
  const tokens = issuedTokens(person, async (_, init) => {
    asked.push(JSON.parse(String(init?.body)));
    return Response.json({ token: 'a.b.c' });
  });
  tokens.expireNext?.();
  await tokens.get({ force: false });
  await tokens.get({ force: true });
  expect(asked).toEqual([{ ...person, expiresIn: '-10m' }, person]);
});

test('what the issuer refuses is said in its words', async () => {
  const refusing = async () =>
    Response.json({ message: '"user" must be a text and not empty.' }, { status: 400 });
  await expect(issuedTokens(person, refusing).get({ force: false })).rejects.toThrow('"user" must be a text');
});

test('a pasted token is used while it lives', async () => {
  const token = tokenFor(600);
  const tokens = pastedTokens(token);
  expect(await tokens.get({ force: false })).toBe(token);
  expect(tokens.wanted.getSnapshot()).toBeUndefined();
});

test.each([
  ['is over', -10, false],
  ['has less than the minute that the server asks for', 50, false],
  ['was refused, or ends soon', 600, true],
])('where it %s a new one is asked for, and all who wait get it', async (_, seconds, force) => {
  const changed: string[] = [];
  const tokens = pastedTokens(tokenFor(seconds), (token) => changed.push(token));
  const waiting = [tokens.get({ force }), tokens.get({ force })];
  expect(tokens.wanted.getSnapshot()?.why).toMatch(/token/);
  const next = tokenFor(3_600);
  tokens.give(next);
  expect(await Promise.all(waiting)).toEqual([next, next]);
  expect(changed).toEqual([next]);
  expect(tokens.wanted.getSnapshot()).toBeUndefined();
  expect(await tokens.get({ force: false })).toBe(next);
});

test('what is no token is refused, and the question stays', () => {
  const tokens = pastedTokens(tokenFor(-10));
  void tokens.get({ force: false });
  expect(() => tokens.give('hello')).toThrow('three parts');
  expect(tokens.wanted.getSnapshot()).toBeDefined();
});

test.each([
  ['another user', { sub: 'carla', tenant: 'acme' }, 'carla’s of acme, not sam’s of acme'],
  ['another tenant', { sub: 'sam', tenant: 'corp' }, 'sam’s of corp, not sam’s of acme'],
])(
  'a token of %s does not take the place of one: the question stays, and so does who asks',
  async (_, who, words) => {
    const sam = tokenFor(-10, { sub: 'sam', tenant: 'acme' });
    const changed: string[] = [];
    const tokens = pastedTokens(sam, (token) => changed.push(token));
    const waiting = tokens.get({ force: false });
    expect(() => tokens.give(tokenFor(600, who))).toThrow(words);
    expect(tokens.wanted.getSnapshot()).toBeDefined();
    expect(changed).toEqual([]);
    const next = tokenFor(600, { sub: 'sam', tenant: 'acme' });
    tokens.give(next);
    expect(await waiting).toBe(next);
  },
);

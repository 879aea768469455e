import { expect, test } from 'vitest';
import type { Grant } from './grant.ts';
import { type GrantTokensOptions, grantTokens } from './grantTokens.ts';
import type { Issuer } from './issuer.ts';
import { SignInError } from './signInError.ts';

/** A token that ends so many seconds from now. */
const tokenFor = (seconds: number, name = 'ada') => {
  const claims = { sub: name, exp: Math.floor(Date.now() / 1_000) + seconds };
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.c2ln`;
};
const live: Grant = { token: tokenFor(600), idToken: 'i.d.t', refreshToken: 'r1' };
const over: Grant = { ...live, token: tokenFor(-10) };
const { refreshToken: _, ...bare } = over;
const next: Grant = { token: tokenFor(3_600), idToken: 'i.d.2', refreshToken: 'r2' };

/** Tokens whose issuer does `refresh`, and what they told of. */
function tokensOf(first: Grant, refresh: Issuer['refresh'], more: Partial<GrantTokensOptions> = {}) {
  const asked: (string | undefined)[] = [];
  const changes: object[] = [];
  const tokens = grantTokens({
    first,
    refusal: async () => undefined,
    onChange: (change) => changes.push(change),
    issuer: async () => ({
      begin: async () => {
        throw new Error('not asked for');
      },
      finish: async () => next,
      end: async () => undefined,
      refresh: (grant) => {
        asked.push(grant.refreshToken);
        return refresh(grant);
      },
    }),
    ...more,
  });
  return { tokens, asked, changes };
}
const refused = (said: string) => async () => {
  throw new SignInError('no', { said });
};

test('a token is used while it lives', async () => {
  const { tokens, asked } = tokensOf(live, async () => next);
  expect(await tokens.get({ force: false })).toBe(live.token);
  expect(asked).toEqual([]);
});

test.each([
  ['is over', over, false],
  ['has less than the minute that the server asks for', { ...live, token: tokenFor(50) }, false],
  ['was refused, or ends soon', live, true],
])(
  'one that %s is replaced by the refresh token, once for all who ask, and nobody is asked',
  async (_, first, force) => {
    const { tokens, asked, changes } = tokensOf(first, async () => next);
    expect(await Promise.all([tokens.get({ force }), tokens.get({ force })])).toEqual([
      next.token,
      next.token,
    ]);
    expect(tokens.wanted.getSnapshot()).toBeUndefined();
    expect(asked).toEqual(['r1']);
    expect(changes).toEqual([next]);
  },
);

test('each refresh goes on with the refresh token that the last one brought', async () => {
  const { tokens, asked } = tokensOf(over, async () => next);
  await tokens.get({ force: true });
  await tokens.get({ force: true });
  expect(asked).toEqual(['r1', 'r2']);
});

test('an issuer that is down is asked again later, and nobody has to do anything', async () => {
  let isDown = true;
  const { tokens, changes } = tokensOf(over, async () => {
    if (isDown) throw new SignInError('login.acme.test cannot be reached');
    return next;
  });
  await expect(tokens.get({ force: true })).rejects.toThrow('cannot be reached');
  expect([tokens.wanted.getSnapshot(), changes]).toEqual([undefined, []]);
  isDown = false;
  expect(await tokens.get({ force: true })).toBe(next.token);
});

test('while the issuer is down, a token that lives for long is used on', async () => {
  const lasting = { ...live, token: tokenFor(1_800) };
  const { tokens } = tokensOf(lasting, refused(''));
  expect(await tokens.get({ force: true })).toBe(lasting.token);
  const ending = tokensOf({ ...live, token: tokenFor(200) }, refused('')).tokens;
  await expect(ending.get({ force: true })).rejects.toThrow('no');
});

test('one whose refresh token is over waits for who signs in again, and does not ask with it again', async () => {
  const { tokens, asked, changes } = tokensOf(over, refused('invalid_grant'));
  const waiting = tokens.get({ force: true });
  await expect.poll(() => tokens.wanted.getSnapshot()?.why).toBe('Your session at the issuer is over.');
  expect(changes).toEqual([bare]);
  const other = tokens.get({ force: true });
  tokens.give(next.token);
  expect(await Promise.all([waiting, other])).toEqual([next.token, next.token]);
  expect(asked).toEqual(['r1']);
  expect(changes.at(-1)).toEqual({ token: next.token });
  expect(() => tokens.give('hello')).toThrow('three parts');
  expect(() => tokens.give(tokenFor(600, 'bob'))).toThrow('This token is bob’s, not ada’s');
});

test('one without a refresh token waits at once', async () => {
  const { tokens, asked } = tokensOf(bare, async () => next);
  void tokens.get({ force: false });
  expect(tokens.wanted.getSnapshot()?.why).toContain('is over');
  expect(asked).toEqual([]);
});

test('what the stage refuses is told, and the newer refresh token is the one that is kept', async () => {
  let refusal: string | undefined = 'no role';
  const { tokens, asked, changes } = tokensOf(over, async () => next, { refusal: async () => refusal });
  const waiting = tokens.get({ force: true });
  await expect.poll(() => tokens.wanted.getSnapshot()?.why).toBe('no role');
  expect(changes).toEqual([next]);
  // Somebody has given the role.
  refusal = undefined;
  expect(await tokens.get({ force: true })).toBe(next.token);
  expect(await waiting).toBe(next.token);
  expect(tokens.wanted.getSnapshot()).toBeUndefined();
  expect(asked).toEqual(['r1', 'r2']);
});

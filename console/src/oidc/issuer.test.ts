import { afterEach, expect, test, vi } from 'vitest';
import type { Oidc } from '../session/where.ts';
import { type Begun, openIssuer } from './issuer.ts';
import { asksAgain, isOver } from './signInError.ts';

const authority = 'https://login.acme.test/realms/desk';
const oidc: Oidc = { authority, clientId: 'console', scope: 'openid', token: 'access' };
const here = 'https://console.acme.test/';
const configuration = {
  issuer: authority,
  authorization_endpoint: `${authority}/auth`,
  token_endpoint: `${authority}/token`,
  revocation_endpoint: `${authority}/revoke`,
  end_session_endpoint: `${authority}/logout?ui=en`,
};

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: object) => `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
const now = () => Math.floor(Date.now() / 1_000);
const idToken = (claims: object = {}) =>
  jwt({ iss: authority, aud: 'console', sub: 'ada', iat: now(), exp: now() + 600, nonce: 'n', ...claims });
const access = jwt({ sub: 'ada', aud: 'tidings' });

const begun: Begun = { state: 's', nonce: 'n', verifier: 'v'.repeat(43) };
const answered = (more: Record<string, string> = { code: 'c' }) =>
  new URLSearchParams({ state: 's', ...more });

afterEach(() => void vi.unstubAllGlobals());

type Answer = object | string | Error;

/** An issuer that gives these answers, by the end of an address. */
async function open(
  answers: Record<string, Answer | ((body: string) => Answer)> = {},
  own: Partial<Oidc> = {},
) {
  const asked: string[] = [];
  const all: typeof answers = { 'openid-configuration': configuration, revoke: {}, ...answers };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit = {}) => {
    asked.push([url, ...(init.body ? [String(init.body)] : [])].join(' '));
    const found = Object.entries(all).find(([end]) => url.endsWith(end))?.[1];
    const answer = typeof found === 'function' ? found(String(init.body)) : found;
    if (answer === undefined || answer instanceof Error) throw answer ?? new TypeError('Failed to fetch');
    if (typeof answer === 'string') return new Response(answer, { headers: { 'content-type': 'text/html' } });
    const status = 'error' in answer ? 400 : 200;
    return Response.json(answer, { status });
  });
  return { asked, issuer: await openIssuer({ ...oidc, ...own }, here) };
}
const tokens = (more: object = {}) => ({
  ...{ access_token: access, token_type: 'Bearer', id_token: idToken() },
  ...more,
});

test('one is sent there with a challenge, a state and a nonce that nobody can guess, other ones each time', async () => {
  const { issuer } = await open({}, { audience: 'https://api.acme.test' });
  const [first, second] = [await issuer.begin(), await issuer.begin('none')];
  const { origin, pathname, searchParams } = new URL(first.address);
  expect(origin + pathname).toBe(`${authority}/auth`);
  expect(Object.fromEntries(searchParams)).toEqual({
    client_id: 'console',
    redirect_uri: here,
    response_type: 'code',
    scope: 'openid',
    audience: 'https://api.acme.test',
    state: first.begun.state,
    nonce: first.begun.nonce,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
  });
  expect(first.address).not.toContain(first.begun.verifier);
  const all = [first.begun, second.begun].flatMap(({ state, nonce, verifier }) => [state, nonce, verifier]);
  expect(new Set(all).size).toBe(6);
  expect(new URL(second.address).searchParams.get('prompt')).toBe('none');
});

test('a code is exchanged with its verifier, and the access token is what the stage gets', async () => {
  const { issuer, asked } = await open({ token: tokens({ refresh_token: 'r1' }) });
  const grant = await issuer.finish(answered(), begun);
  expect(grant).toEqual({ token: access, idToken: expect.any(String), refreshToken: 'r1' });
  const sent = new URLSearchParams(asked.at(-1)?.split(' ')[1]);
  expect(Object.fromEntries(sent)).toMatchObject({
    ...{ grant_type: 'authorization_code', code: 'c', code_verifier: begun.verifier, redirect_uri: here },
    client_id: 'console',
  });
  expect(sent.has('client_secret')).toBe(false);
});

test('or the ID token, where the stage takes those', async () => {
  const id = idToken();
  const { issuer } = await open({ token: tokens({ id_token: id, access_token: 'opaque' }) }, { token: 'id' });
  expect(await issuer.finish(answered(), begun)).toEqual({ token: id, idToken: id });
});

test.each([
  ['another nonce', { id_token: idToken({ nonce: 'another' }) }],
  ['another app', { id_token: idToken({ aud: 'another' }) }],
  ['another issuer', { id_token: idToken({ iss: 'https://evil.test' }) }],
  ['an hour ago', { id_token: idToken({ exp: now() - 3_600 }) }],
  ['nobody', { id_token: undefined }],
])('an ID token of %s is not believed', async (_, more) => {
  const { issuer } = await open({ token: tokens(more) });
  await expect(issuer.finish(answered(), begun)).rejects.toThrow(
    /^The answer of login\.acme\.test is not right/,
  );
});

test('an access token that no stage can read says what to do', async () => {
  const { issuer } = await open({ token: tokens({ access_token: 'opaque' }) });
  await expect(issuer.finish(answered(), begun)).rejects.toThrow(/is no JWT: the scope or the audience/);
});

test('an answer of another state or another issuer is not taken to it', async () => {
  const { issuer, asked } = await open({ token: tokens() });
  const before = asked.length;
  await expect(issuer.finish(answered(), { ...begun, state: 'x' })).rejects.toThrow('is not right');
  await expect(issuer.finish(answered({ code: 'c', iss: 'https://evil.test' }), begun)).rejects.toThrow(
    'iss',
  );
  expect(asked.length).toBe(before);
});

test.each([
  ['access_denied', /let nobody in: you did not agree, .*\(access_denied: He said no\)/, false],
  ['login_required', /not signed in at login\.acme\.test any more/, true],
  ['interaction_required', /did not sign you in\. \(interaction_required/, true],
])('where the issuer answers %s it is said so', async (error, words, again) => {
  const { issuer } = await open();
  const failed = issuer.finish(answered({ error, error_description: 'He said no' }), begun);
  await expect(failed).rejects.toThrow(words);
  expect(asksAgain(await failed.catch((one) => one))).toBe(again);
});

test.each([
  ['invalid_grant', /takes this no more: it is over, or was used before/, true],
  ['invalid_client', /wants a secret of console, which no page can keep/, false],
  ['unauthorized_client', /does not let console do this/, false],
  ['slow_down', /gave no token\. \(slow_down\)/, false],
])('where a token is refused with %s it is said so', async (error, words, over) => {
  const { issuer } = await open({ token: { error } });
  const failed = issuer.finish(answered(), begun);
  await expect(failed).rejects.toThrow(words);
  expect(isOver(await failed.catch((one) => one))).toBe(over);
});

test.each<[string, Answer, RegExp]>([
  ['nobody', new TypeError('Failed to fetch'), /cannot be reached: it is down, or does not answer this page/],
  ['a page', '<html>', /answers as no OpenID provider does/],
  ['an error', { error: 'not found' }, /answers as no OpenID provider does/],
  [
    'another issuer',
    { ...configuration, issuer: `${authority}/` },
    /another issuer than https:\/\/login.*to the letter/,
  ],
])('where %s is at the address of the issuer it is said so', async (_, answer, words) => {
  await expect(open({ 'openid-configuration': answer })).rejects.toThrow(words);
});

test('nobody is sent to an address that is no secure page, nor is a plain one asked', async () => {
  for (const authorization_endpoint of ['javascript:alert(1)', 'http://login.acme.test/auth', undefined]) {
    const { issuer } = await open({ 'openid-configuration': { ...configuration, authorization_endpoint } });
    await expect(issuer.begin()).rejects.toThrow('names no secure page');
  }
  const { issuer } = await open({
    'openid-configuration': { ...configuration, token_endpoint: 'http://login.acme.test/token' },
  });
  await expect(issuer.finish(answered(), begun)).rejects.toThrow('is not right');
});

test('a refresh brings another token; what comes with it takes the place of what was there, and what does not stays', async () => {
  const former = { token: 'a.b.c', idToken: 'i.d.t', refreshToken: 'r1' };
  const { id_token: _, ...bare } = tokens();
  const kept = await open({ token: bare });
  expect(await kept.issuer.refresh(former)).toEqual({ token: access, idToken: 'i.d.t', refreshToken: 'r1' });
  expect(kept.asked.at(-1)).toContain('grant_type=refresh_token');
  const rotated = await open({ token: tokens({ refresh_token: 'r2', id_token: idToken() }) });
  expect(await rotated.issuer.refresh(former)).toMatchObject({ refreshToken: 'r2' });
  // Nobody could go on with the former.
  const without = await open({ token: bare }, { token: 'id' });
  await expect(without.issuer.refresh(former)).rejects.toThrow('gave no ID token this time');
});

test('who signs out makes the refresh token void, and goes to the issuer to end the session there, by either name', async () => {
  const { issuer, asked } = await open();
  const address = new URL(String(await issuer.end({ token: 'a.b.c', idToken: 'i.d.t', refreshToken: 'r1' })));
  expect(asked.at(-1)).toMatch(/^https:\/\/login\.acme\.test\/realms\/desk\/revoke .*token=r1/);
  expect(address.origin + address.pathname).toBe(`${authority}/logout`);
  expect(Object.fromEntries(address.searchParams)).toEqual({
    ui: 'en',
    id_token_hint: 'i.d.t',
    client_id: 'console',
    post_logout_redirect_uri: here,
    logout_uri: here,
  });
});

test('none is revoked where the page may not ask, and what fails there holds nobody up', async () => {
  const grant = { token: 'a.b.c', idToken: 'i.d.t', refreshToken: 'r1' };
  const elsewhere = { ...configuration, revocation_endpoint: 'https://other.acme.test/revoke' };
  const { issuer, asked } = await open({ 'openid-configuration': elsewhere });
  await issuer.end(grant);
  expect(asked.filter((one) => one.includes('revoke'))).toEqual([]);
  const failing = await open({ revoke: new TypeError('Failed to fetch') });
  expect(await failing.issuer.end(grant)).toContain('/logout');
  const { end_session_endpoint: _, ...without } = configuration;
  const silent = await open({ 'openid-configuration': without });
  expect(await silent.issuer.end(grant)).toBeUndefined();
});

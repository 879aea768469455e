import { expect, test } from 'vitest';
import { refusalOf } from './refusal.ts';

const where = { httpUrl: 'https://console.acme.test', stage: 'prod' };
const claims = Buffer.from(JSON.stringify({ sub: 'bob', 'cognito:groups': ['accounting'] })).toString(
  'base64url',
);
const token = `e30.${claims}.c2ln`;
const answering =
  (status: number, body: object = {}) =>
  async () =>
    Response.json(body, { status });

test('whoever gets a ticket is let in, and so is whoever cannot be told about', async () => {
  expect(await refusalOf(where, token, answering(201, { ticket: 't' }))).toBeUndefined();
  for (const status of [404, 429, 500])
    expect(await refusalOf(where, token, answering(status))).toBeUndefined();
  const failing = async () => {
    throw new TypeError('Failed to fetch');
  };
  expect(await refusalOf(where, token, failing)).toBeUndefined();
});

test('the stage is asked with the token, in its own words it says why it takes none', async () => {
  const asked: unknown[] = [];
  const said = { payload: { code: 'forbidden', message: 'this token holds no role' } };
  const refusal = await refusalOf(where, token, async (url, init) => {
    asked.push([url, init]);
    return Response.json(said, { status: 403 });
  });
  expect(asked).toEqual([
    ['https://console.acme.test/tickets', { method: 'POST', headers: { authorization: `Bearer ${token}` } }],
  ]);
  expect(refusal).toMatch(
    /^You are signed in as bob, and the stage prod .*: this token holds no role\. Its roles: accounting\./,
  );
});

test('a token that does not verify leads to the log of the stage', async () => {
  expect(await refusalOf(where, 'a.b.c', answering(401))).toMatch(
    /as somebody, .*: it answered 401\. .* log/,
  );
});

import { expect, inject, test } from 'vitest';
import { openClient } from '../support/client.ts';
import { newTenant, type Person } from '../support/flow.ts';

const { wsUrl, httpUrl } = inject('localStack');

test('3.11: a token is renewed in place, and only by one of the same user and tenant', async () => {
  const tenant = newTenant();
  const ann = await tenant.connect({ user: 'ann', roles: ['msp'], expiresIn: '15m' });
  const before = (await ann.ask('hello', { payload: { v: 1, clientId: 'tab' } })).payload.expiresAt as number;
  const token = await tenant.token({ user: 'ann', roles: ['msp'], expiresIn: '2h' });
  const renewed = await ann.ask('auth', { payload: { token } });
  expect(renewed.payload.expiresAt as number).toBeGreaterThan(before + 3_600_000);
  const ben = await tenant.token({ user: 'ben', roles: ['msp'] });
  expect((await ann.ask('auth', { payload: { token: ben } })).payload.code).toBe('identity_mismatch');
  const elsewhere = await newTenant().token({ user: 'ann', roles: ['msp'] });
  expect((await ann.ask('auth', { payload: { token: elsewhere } })).payload.code).toBe('identity_mismatch');
  expect((await ann.ask('auth', { payload: { token: 'nonsense' } })).payload.code).toBe('unauthenticated');
});

test('3.11: narrowed rights leave topics at once, each with a frame; widened ones join feeds', async () => {
  const tenant = newTenant();
  const dual = await tenant.connect({ user: 'dora', roles: ['msp', 'client'], clients: ['acme'] });
  await dual.ask('subscribe', { topic: 'client:globex' });
  const token = await tenant.token({ user: 'dora', roles: ['client'], clients: ['acme', 'initech'] });
  expect((await dual.ask('auth', { payload: { token } })).type).toBe('ack');
  await dual.settled();
  const left = dual.of('unsubscribed').map(({ topic, payload }) => ({ topic, code: payload.code }));
  expect(new Set(left.map(({ topic }) => topic))).toEqual(new Set(['msp', 'client:*', 'client:globex']));
  expect(new Set(left.map(({ code }) => code))).toEqual(new Set(['forbidden']));
  const staff = await tenant.staff();
  for (const clientId of ['globex', 'initech', 'acme']) {
    await staff.ask('interaction.record', { ref: clientId, payload: { clientId, kind: 'call' } });
    await staff.until((frame) => frame.type === 'fanout.complete' && frame.ref === clientId);
  }
  await dual.settled();
  expect(dual.of('interaction').map(({ topic }) => topic)).toEqual(['client:initech', 'client:acme']);
  expect((await staff.ask('stats')).payload.byRole).toEqual({ msp: 1, client: 1 });
});

const nowSeconds = () => Math.floor(Date.now() / 1000);

test.each<[string, object, string?]>([
  ['expired', {}, '-10m'],
  ['is of an issuer whose clock is ahead', { iat: nowSeconds() + 600 }],
  ['begins in ten minutes', { nbf: nowSeconds() + 600 }],
  ...['iat', 'nbf', 'exp'].flatMap((claim) =>
    [-5, 1e308, 2 ** 60, '1700000000', null].map((value): [string, object] => [
      `says ${claim} ${value}`,
      { [claim]: value },
    ]),
  ),
])('1.2, 5.1: a token that %s is 401 at every API', async (_what, claims, expiresIn) => {
  const tenant = newTenant();
  const person: Person = {
    user: 'ann',
    roles: ['msp'],
    claims: { ...claims },
    ...(expiresIn && { expiresIn }),
  };
  const token = await tenant.token(person);
  await expect(openClient(wsUrl, { token })).rejects.toThrow('refused with 401');
  await expect(openClient(wsUrl, { query: `?token=${token}` })).rejects.toThrow('refused with 401');
  for (const path of ['/stats', '/actions/stats', '/tickets']) {
    const method = path === '/stats' ? 'GET' : 'POST';
    const response = await fetch(httpUrl + path, { method, headers: { authorization: `Bearer ${token}` } });
    expect(response.status, path).toBe(401);
  }
  const ann = await tenant.staff('ann');
  expect((await ann.ask('auth', { payload: { token } })).payload.code).toBe('unauthenticated');
});

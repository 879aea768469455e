import { expect, test } from 'vitest';
import { maxClients, type Principal, toPrincipal } from './principal.ts';

const names = { tenant: 'tenant', roles: 'roles', clients: 'client_ids' };
const good = { sub: 'ann', tenant: 't1', roles: ['client'], client_ids: ['acme'], exp: 2000, iat: 1000 };

test('user, tenant, roles and clients come from the claims', () => {
  expect(toPrincipal(good, names)).toEqual({
    tenant: 't1',
    userId: 'ann',
    roles: ['client'],
    clients: ['acme'],
    expiresAt: 2_000_000,
    issuedAt: 1_000_000,
  });
});

test('times are whole milliseconds, also of an issuer that writes parts of a second', () => {
  const { expiresAt, issuedAt } = toPrincipal({ ...good, exp: 2000.0009, iat: 1e-9 }, names) as Principal;
  expect([expiresAt, issuedAt]).toEqual([2_000_000, 0]);
});

test('Cognito’s names and its lists in one text are understood', () => {
  const cognito = { tenant: 'custom:tenant', roles: 'cognito:groups', clients: 'custom:client_ids' };
  const claims = {
    sub: 'u',
    'custom:tenant': 't',
    'cognito:groups': ['msp', 'client'],
    'custom:client_ids': 'a, b c',
    exp: 1,
  };
  expect(toPrincipal(claims, cognito)).toMatchObject({ roles: ['msp', 'client'], clients: ['a', 'b', 'c'] });
});

test.each([
  ['no user', { ...good, sub: undefined }],
  ['an empty user', { ...good, sub: '' }],
  ['half a character in the user', { ...good, sub: '\ud800' }],
  ['U+0000 in the user, which names of our own begin with', { ...good, sub: '\0bus' }],
  ['a user of more than 512 bytes, percent-encoded', { ...good, sub: '人'.repeat(57) }],
  ['a tenant of more than 512 bytes, percent-encoded', { ...good, tenant: '租'.repeat(57) }],
  ['a client of more than 64 letters', { ...good, client_ids: ['a'.repeat(65)] }],
  ['no tenant', { ...good, tenant: undefined }],
  ['a tenant that is no text', { ...good, tenant: 7 }],
  ['no end', { ...good, exp: undefined }],
  ['a client that is no id', { ...good, client_ids: ['a#b'] }],
])('a token with %s is invalid', (_what, claims) => {
  expect(toPrincipal(claims, names)).toBe('invalid');
});

test('a token without a known role may not connect, nor one with more clients than a connection follows', () => {
  expect(toPrincipal({ ...good, roles: ['guest'] }, names)).toBe('no-role');
  expect(toPrincipal({ ...good, roles: [] }, names)).toBe('no-role');
  const many = Array.from({ length: maxClients + 1 }, (_, index) => `c${index}`);
  expect(toPrincipal({ ...good, client_ids: many }, names)).toBe('no-role');
});

test('clients count only for who holds the role', () => {
  expect(toPrincipal({ ...good, roles: ['msp'] }, names)).toMatchObject({ clients: [] });
});

import { expect, test } from 'vitest';
import { maxClients, type Principal, toPrincipal } from './principal.ts';

const names = { claims: { tenant: 'tenant', roles: 'roles', clients: 'client_ids' } };
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
  expect(toPrincipal(claims, { claims: cognito })).toMatchObject({
    roles: ['msp', 'client'],
    clients: ['a', 'b', 'c'],
  });
});

test.each([
  ['no user', 'user', { ...good, sub: undefined }],
  ['an empty user', 'user', { ...good, sub: '' }],
  ['half a character in the user', 'user', { ...good, sub: '\ud800' }],
  ['U+0000 in the user, which names of our own begin with', 'user', { ...good, sub: '\0bus' }],
  ['a user of more than 512 bytes, percent-encoded', 'user', { ...good, sub: '人'.repeat(57) }],
  ['a tenant of more than 512 bytes, percent-encoded', 'tenant', { ...good, tenant: '租'.repeat(57) }],
  ['a client of more than 64 letters', 'client-ids', { ...good, client_ids: ['a'.repeat(65)] }],
  ['no tenant', 'tenant', { ...good, tenant: undefined }],
  ['a tenant that is no text', 'tenant', { ...good, tenant: 7 }],
  ['no end', 'time', { ...good, exp: undefined }],
  ['a client that is no id', 'client-ids', { ...good, client_ids: ['a#b'] }],
])('a token with %s is invalid', (_what, check, claims) => {
  expect(toPrincipal(claims, names)).toEqual({ refused: 401, check });
});

test('a token without a known role may not connect, nor one with more clients than a connection follows', () => {
  expect(toPrincipal({ ...good, roles: ['guest'] }, names)).toEqual({ refused: 403, check: 'role' });
  expect(toPrincipal({ ...good, roles: [] }, names)).toEqual({ refused: 403, check: 'role' });
  const many = Array.from({ length: maxClients + 1 }, (_, index) => `c${index}`);
  expect(toPrincipal({ ...good, client_ids: many }, names)).toEqual({ refused: 403, check: 'clients' });
});

test('clients count only for who holds the role', () => {
  expect(toPrincipal({ ...good, roles: ['msp'] }, names)).toMatchObject({ clients: [] });
});

test('claims may lie deeper, and the issuer’s names for roles come to ours', () => {
  const claims = {
    sub: 'u',
    'https://example.com/tenant': 't',
    realm_access: { roles: ['support-team', 'offline_access'] },
    org: { clients: ['acme'] },
    exp: 1,
  };
  const where = { tenant: 'https://example.com/tenant', roles: 'realm_access.roles', clients: 'org.clients' };
  expect(
    toPrincipal(claims, { claims: where, roleMap: { 'support-team': ['msp', 'client'] } }),
  ).toMatchObject({ tenant: 't', roles: ['msp', 'client'], clients: ['acme'] });
  expect(toPrincipal(claims, { claims: where })).toEqual({ refused: 403, check: 'role' });
});

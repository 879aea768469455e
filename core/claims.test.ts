import { expect, test } from 'vitest';
import { readClaim, readRoles } from './claims.ts';
import type { Tokens } from './settings.ts';

test.each<[string, object, unknown]>([
  ['roles', { roles: ['a'] }, ['a']],
  ['https://example.com/roles', { 'https://example.com/roles': ['a'] }, ['a']],
  ['realm_access.roles', { realm_access: { roles: ['a'] } }, ['a']],
  ['resource_access.my.app.roles', { resource_access: { 'my.app': { roles: ['a'] } } }, ['a']],
  ['a.b.c', { a: { b: { c: 1 } } }, 1],
])('the claim %s is found, by its name or by its path', (name, claims, value) => {
  expect(readClaim({ ...claims }, name)).toEqual(value);
});

test('the exact name goes before the path, also where it holds nothing of use', () => {
  expect(readClaim({ 'a.b': 'name', a: { b: 'path' } }, 'a.b')).toBe('name');
  expect(readClaim({ 'a.b': null, a: { b: 'path' } }, 'a.b')).toBeNull();
});

test.each([
  ['a.b', {}],
  ['a.b', { a: 'b' }],
  ['a.b', { a: null }],
  ['a.0', { a: ['x'] }],
  ['a.length', { a: 'xyz' }],
  ['constructor', {}],
  ['a.constructor.name', { a: {} }],
  ['__proto__.constructor', {}],
  ['.a', { '': { a: 1 } }],
  ['a.', { a: {} }],
])('there is no claim %s in %j', (name, claims) => {
  expect(readClaim(claims as Record<string, unknown>, name)).toBeUndefined();
});

const map: NonNullable<Tokens['roleMap']> = {
  'support-team': 'msp',
  Boards: ['client', 'msp'],
  admin: [],
  'Support Team': 'service',
};
const mapped = (claim: unknown) => readRoles(claim, map);

test('a role of the issuer comes to those that the map says, in whatever form the claim is', () => {
  expect(mapped(['support-team'])).toEqual(['msp']);
  expect(mapped('support-team')).toEqual(['msp']);
  expect(mapped('offline, support-team')).toEqual(['msp']);
  expect(mapped(['Boards'])).toEqual(['msp', 'client']);
  expect(mapped('Support Team')).toEqual(['service']);
});

test('our own names count beside the map, unless it names them, and others are nothing', () => {
  expect(mapped(['client', 'nobody', 7, 'constructor', '__proto__'])).toEqual(['client']);
  expect(mapped(['admin'])).toEqual([]);
  expect(readRoles(['admin'])).toEqual(['admin']);
  expect(readRoles(undefined)).toEqual([]);
  expect(readRoles({ roles: ['msp'] })).toEqual([]);
});

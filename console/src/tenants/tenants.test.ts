import { expect, test } from 'vitest';
import { accessTo, peopleLike, tenantsOf } from './tenants.ts';

const people = [
  { user: 'sam', tenant: 'globex', roles: ['msp'], connections: 0 },
  { user: 'Ada', tenant: 'acme', roles: ['admin', 'msp'], connections: 2 },
  { user: 'carla', tenant: 'acme', roles: ['client'], connections: 1 },
];

test('a tenant has the people and the connections that are known of it', () => {
  expect(tenantsOf(people)).toEqual([
    { name: 'acme', users: 2, connections: 3 },
    { name: 'globex', users: 1, connections: 0 },
  ]);
  expect(tenantsOf(people, 'globex').map(({ name }) => name)).toEqual(['globex', 'acme']);
});

test.each([
  [{ user: ' a', role: '' }, ['sam', 'Ada', 'carla']],
  [{ user: 'AD', role: '' }, ['Ada']],
  [{ user: '', role: 'msp' }, ['sam', 'Ada']],
  [{ user: 'sa', role: 'client' }, []],
])('%o finds %o', (wanted, found) => {
  expect(peopleLike(people, wanted).map(({ user }) => user)).toEqual(found);
});

test('an admin sees its own tenant and no other one', () => {
  expect(accessTo('acme', 'acme', true)).toBe('given');
  expect(accessTo('acme', 'acme', false)).toBe('no right');
  expect(accessTo('acme', 'globex', true)).toBe('other tenant');
  expect(accessTo('acme', undefined, true)).toBe('other tenant');
});

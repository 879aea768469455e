import { expect, test } from 'vitest';
import { peopleOf } from './knownPeople.ts';

test('whom a stack knows can be signed in as, with the roles and clients of the last connection', () => {
  const tenants = [
    { tenant: 'acme', users: [{ userId: 'ada', roles: ['msp'], clients: [], connections: 2 }] },
    {
      tenant: 'globex',
      users: [{ userId: 'cy', roles: ['client'], clients: ['initech'] }, { userId: 'new' }],
    },
  ];
  expect(peopleOf({ tenants })).toEqual([
    { user: 'ada', tenant: 'acme', roles: ['msp'], connections: 2 },
    { user: 'cy', tenant: 'globex', roles: ['client'], clients: ['initech'], connections: 0 },
    { user: 'new', tenant: 'globex', roles: [], connections: 0 },
  ]);
  expect(peopleOf({})).toEqual([]);
});

import { expect, test } from 'vitest';
import { endConnection } from '../../core/connections/endConnection.ts';
import { askActions, desk } from '../../test/support/askActions.ts';
import { memoryRuntime, principal } from '../../test/support/memoryRuntime.ts';
import { openConnection } from '../../testing/openConnection.ts';
import { memoryRows } from '../database/rows.ts';
import { readTenants } from './tenants.ts';

test('tenants are told of with their users: who is connected, was a moment ago, or has a feed', async () => {
  const memory = memoryRuntime();
  const ask = askActions(memory);
  const carla = { userId: 'carla', roles: ['client'], clients: ['acme'] };
  await openConnection(memory, 'c1', principal(memory, carla));
  await openConnection(memory, 'c2', principal(memory, carla));
  await openConnection(memory, 'c3', principal(memory, { userId: 'ann', tenant: 'a/b' }));
  await endConnection(memory, 'c3', { socket: 'gone', force: true });
  await ask(desk, 'message.send', { userId: 'kim 金', body: 'hi' });
  await ask({ ...desk, tenant: 'quiet' }, 'engagement.update', { clientId: 'acme', score: 1 });
  expect(await readTenants(memoryRows(memory.table, 'ttl'))).toEqual({
    tenants: [
      { tenant: 'a/b', users: [{ userId: 'ann', roles: ['msp'], clients: [], connections: 0 }] },
      { tenant: 'quiet', users: [] },
      {
        tenant: 't',
        users: [
          { ...carla, connections: 2 },
          { userId: 'kim 金', roles: [], clients: [], connections: 0 },
        ],
      },
    ],
    more: false,
  });
});

test('of very many some are told of, and that there are more', async () => {
  const memory = memoryRuntime();
  const ask = askActions(memory);
  for (let n = 0; n < 201; n++) await ask(desk, 'message.send', { userId: `user-${n}`, body: 'hi' });
  const { tenants, more } = await readTenants(memoryRows(memory.table, 'ttl'));
  expect(tenants.map(({ users }) => users.length)).toEqual([200]);
  expect(more).toBe(true);
});

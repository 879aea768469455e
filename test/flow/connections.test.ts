import { expect, inject, test } from 'vitest';
import { openClient } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';
import { fetchToken } from '../support/localStack.ts';

const { wsUrl, issuer } = inject('localStack');

test('connecting registers a client’s user, a provider’s user, and one who is both', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  await tenant.clientUser('carla', 'acme');
  await tenant.connect({ user: 'dora', roles: ['msp', 'client'], clients: ['acme'] });
  const { payload } = await staff.ask('stats');
  expect(payload).toEqual({ connections: 3, users: 3, byRole: { msp: 2, client: 2 } });
});

test('the feeds are joined on open, without a frame', async () => {
  const tenant = newTenant();
  const dual = await tenant.connect({ user: 'dora', roles: ['msp', 'client'], clients: ['acme', 'globex'] });
  const { payload } = await dual.ask('hello', { payload: { v: 1, clientId: 'tab' } });
  const topics = (payload.subs as { topic: string }[]).map(({ topic }) => topic);
  expect(topics).toEqual(['user:me', 'tenant', 'msp', 'client:*', 'client:acme', 'client:globex']);
});

test('a closed connection is gone from the statistics and a reconnect is counted again', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const user = await tenant.clientUser('carla', 'acme');
  const count = async () => (await staff.ask('stats')).payload.connections;
  expect(await count()).toBe(2);
  await user.close();
  await expect.poll(count).toBe(1);
  await tenant.clientUser('carla', 'acme');
  expect(await count()).toBe(2);
});

test('a message to a person reaches all of that person’s tabs and nobody else', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const tabs = await Promise.all(Array.from({ length: 6 }, () => tenant.clientUser('carla', 'acme')));
  const other = await tenant.clientUser('cosima', 'acme');
  await staff.ask('message.send', { ref: 'm', payload: { userId: 'carla', body: 'call me' } });
  for (const tab of tabs) {
    const frame = await tab.type('message');
    expect(frame).toMatchObject({
      topic: 'user:me',
      from: 'staff',
      payload: { userId: 'carla', body: 'call me' },
    });
  }
  expect((await staff.type('fanout.complete')).payload).toMatchObject({ delivered: 6, gone: 0 });
  await other.settled();
  expect(other.of('message')).toEqual([]);
});

test('tabs live and die alone: one that vanishes harms no other', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const [first, second, third] = await Promise.all([1, 2, 3].map(() => tenant.clientUser('carla', 'acme')));
  first?.drop();
  await second?.close();
  await staff.ask('message.send', { payload: { userId: 'carla', body: 'still there?' } });
  expect((await third?.type('message'))?.payload.body).toBe('still there?');
  await expect
    .poll(async () => (await staff.ask('stats')).payload)
    .toEqual({
      connections: 2,
      users: 2,
      byRole: { msp: 1, client: 1 },
    });
});

test('the limit of a user’s connections is exact, and a closed one makes room', async () => {
  const tenant = newTenant();
  const carla = { user: 'carla', roles: ['client'], clients: ['acme'] } as const;
  const attempts = await Promise.allSettled(Array.from({ length: 15 }, () => tenant.connect(carla)));
  const opened = attempts.flatMap((attempt) => (attempt.status === 'fulfilled' ? [attempt.value] : []));
  const refused = attempts.flatMap((attempt) =>
    attempt.status === 'rejected' ? [String(attempt.reason)] : [],
  );
  expect(opened).toHaveLength(10);
  expect(new Set(refused)).toEqual(new Set(['Error: refused with 429']));
  await opened[0]?.close();
  const staff = await tenant.staff();
  await expect.poll(async () => (await staff.ask('stats')).payload.connections).toBe(10);
  await tenant.connect(carla);
});

test('a valid token opens, by subprotocol and by query', async () => {
  const token = await newTenant().token({ user: 'ann', roles: ['msp'] });
  expect((await openClient(wsUrl, { token })).protocol).toBe('tidings.v1');
  expect((await openClient(wsUrl, { query: `?token=${token}` })).protocol).toBe('');
});

test('a ticket opens one connection and no second', async () => {
  const tenant = newTenant();
  const ann = { user: 'ann', roles: ['msp'] } as const;
  const { status, body } = await tenant.http(ann, 'POST', '/tickets');
  const { ticket } = body as { ticket: string };
  expect(status).toBe(201);
  const client = await openClient(wsUrl, { query: `?ticket=${ticket}` });
  expect((await client.ask('hello', { payload: { v: 1 } })).payload.userId).toBe('ann');
  await expect(openClient(wsUrl, { query: `?ticket=${ticket}` })).rejects.toThrow('refused with 401');
});

test('no token, an invalid one, an expired one and one without a role are refused', async () => {
  const person = { tenant: 'refusals', user: 'eve' };
  const good = await fetchToken({ issuer }, { ...person, roles: ['msp'] });
  const expired = await fetchToken({ issuer }, { ...person, roles: ['msp'], expiresIn: '-10m' });
  const powerless = await fetchToken({ issuer }, { ...person, roles: ['guest'] });
  await expect(openClient(wsUrl, {})).rejects.toThrow('refused with 401');
  await expect(openClient(wsUrl, { token: 'nonsense' })).rejects.toThrow('refused with 401');
  await expect(openClient(wsUrl, { token: `${good.slice(0, -8)}AAAAAAAA` })).rejects.toThrow(
    'refused with 401',
  );
  await expect(openClient(wsUrl, { token: expired })).rejects.toThrow('refused with 401');
  await expect(openClient(wsUrl, { token: powerless })).rejects.toThrow('refused with 403');
});

test('a page of another origin is refused', async () => {
  const token = await newTenant().token({ user: 'ann', roles: ['msp'] });
  const headers = { origin: 'https://evil.example' };
  await expect(openClient(wsUrl, { token, headers })).rejects.toThrow('refused with 403');
});

test('ping is answered by pong with the time', async () => {
  const client = await newTenant().staff();
  const before = Date.now();
  await client.settled();
  const pong = await client.type('pong');
  expect(new Set(Object.keys(pong))).toEqual(new Set(['ts', 'type']));
  expect(Math.abs((pong.ts ?? 0) - before)).toBeLessThan(5000);
});

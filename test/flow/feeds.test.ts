import { expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';

const greeted = async (client: Client, payload: object = {}) => {
  const answer = await client.ask('hello', { payload: { v: 1, clientId: 'tab', ...payload } });
  return answer.payload.subs as { topic: string; error?: { code: string } }[];
};
const names = async (client: Client, payload?: object) =>
  (await greeted(client, payload)).map(({ topic }) => topic);
const dora = { user: 'dora', roles: ['msp', 'client'], clients: ['acme', 'globex'] };

test('1.4: the address says which feeds are wanted, and nothing of the others comes', async () => {
  const tenant = newTenant();
  const staff = await tenant.staff();
  const carla = { user: 'carla', roles: ['client'], clients: ['acme', 'globex'] };
  const some = await tenant.connect(carla, '?feeds=user:me,client:acme&features=batch');
  const none = await tenant.connect(carla, '?feeds=');
  const bare = await tenant.connect(carla);
  expect(await names(some)).toEqual(['user:me', 'client:acme']);
  expect(await names(none)).toEqual([]);
  expect(await names(bare)).toEqual(['user:me', 'tenant', 'client:acme', 'client:globex']);
  for (const clientId of ['globex', 'acme'])
    await staff.ask('interaction.record', { payload: { clientId, kind: 'call' } });
  await staff.ask('alert.raise', {
    ref: 'last',
    payload: { to: { tenant: true }, severity: 'info', title: 'closed today' },
  });
  await staff.until((frame) => frame.type === 'fanout.complete' && frame.ref === 'last');
  await Promise.all([some, none, bare].map((client) => client.settled()));
  const heard = (client: Client) =>
    [...client.of('interaction'), ...client.of('alert')].map(({ topic }) => topic);
  expect(heard(some)).toEqual(['client:acme']);
  expect(heard(none)).toEqual([]);
  expect(heard(bare)).toEqual(['client:globex', 'client:acme', 'tenant']);
});

test('3.8: hello names the feeds that it wants; a later one replaces the choice, and one that names none keeps it', async () => {
  const client = await newTenant().connect(dora);
  expect(await names(client, { feeds: ['msp', 'user:me'] })).toEqual(['user:me', 'msp']);
  expect(await names(client)).toEqual(['user:me', 'msp']);
  expect(await names(client, { feeds: ['tenant'] })).toEqual(['tenant']);
  expect(await names(client, { feeds: [] })).toEqual([]);
  expect((await client.ask('unsubscribe', { topic: 'msp' })).payload.code).toBe('not_subscribed');
});

test('3.8: a feed that was left may be subscribed to, and follows no renewed token', async () => {
  const tenant = newTenant();
  const client = await tenant.connect(dora, '?feeds=client:acme');
  expect((await client.ask('subscribe', { topic: 'msp' })).type).toBe('subscribed');
  expect(await names(client)).toEqual(['msp', 'client:acme']);
  const token = await tenant.token({ ...dora, clients: ['acme', 'initech'] });
  expect((await client.ask('auth', { payload: { token } })).type).toBe('ack');
  expect(await names(client)).toEqual(['msp', 'client:acme']);
});

test('3.8: what is no feed is refused, and a feed that is not one’s own has an error in its entry', async () => {
  const client = await newTenant().clientUser('carla', 'acme');
  for (const feed of ['room:a', 'nonsense', 'Client:acme', 'orders:*']) {
    const { payload } = await client.ask('hello', { payload: { v: 1, feeds: ['user:me', feed] } });
    expect(payload).toMatchObject({
      code: 'validation_failed',
      message: 'payload.feeds.1: is no feed: yours are user:me, tenant, client:acme',
      details: [{ path: 'payload.feeds.1' }],
    });
  }
  const subs = await greeted(client, { feeds: ['client:acme', 'client:globex', 'msp', 'client:*'] });
  expect(subs.map(({ topic, error }) => [topic, error?.code])).toEqual([
    ['client:acme', undefined],
    ['client:globex', 'forbidden'],
    ['msp', 'forbidden'],
    ['client:*', 'forbidden'],
  ]);
});

test('3.8: a topic of the same hello is recovered, whether or not it is among the feeds', async () => {
  const client = await newTenant().connect(dora);
  const subs = await greeted(client, {
    feeds: ['client:acme'],
    subs: [{ topic: 'msp' }, { topic: 'client:initech' }],
  });
  expect(subs).toMatchObject([
    { topic: 'client:acme' },
    { topic: 'msp', recovered: false, seq: 0 },
    { topic: 'client:initech', recovered: false, seq: 0 },
  ]);
});

test('3.8: whoever leaves the tenant is still counted, and feeds never count for the limit of topics', async () => {
  const tenant = newTenant();
  const admin = await tenant.connect({ user: 'ada', roles: ['admin'] }, '?feeds=');
  const clients = Array.from({ length: 8 }, (_, n) => `client-${n}`);
  const many = await tenant.connect({ user: 'carla', roles: ['client'], clients }, '?feeds=');
  expect((await admin.ask('stats')).payload).toMatchObject({ connections: 2, users: 2 });
  const rooms = Array.from({ length: 100 }, (_, n) => ({ topic: `room:r${n}` }));
  expect((await greeted(many, { subs: rooms })).some(({ error }) => error)).toBe(false);
  for (const id of clients)
    expect((await many.ask('subscribe', { topic: `client:${id}` })).type).toBe('subscribed');
  expect((await many.ask('subscribe', { topic: 'room:more' })).payload.code).toBe('limit_exceeded');
  await many.close();
  await expect.poll(async () => (await admin.ask('stats')).payload.connections).toBe(1);
});

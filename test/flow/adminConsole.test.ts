import { expect, test } from 'vitest';
import type { Client } from '../support/client.ts';
import { newTenant } from '../support/flow.ts';

const admin = { user: 'root', roles: ['admin'] };

/** All entries of a list, page by page. */
async function all(
  client: Client,
  action: 'connections.list' | 'topic.list' | 'topic.followers',
  payload: object,
) {
  const entries: unknown[] = [];
  for (let cursor: unknown; ; ) {
    const asked = { limit: 2, ...payload, ...(cursor === undefined ? {} : { cursor }) };
    const { payload: page } = await client.ask<string>(action, { payload: asked });
    entries.push(...(Object.values(page).find(Array.isArray) ?? []));
    cursor = page.cursor;
    if (cursor === undefined) return entries;
  }
}

test('an admin looks from the tenant to its connections, what they follow and who follows that, in pages', async () => {
  const tenant = newTenant();
  const root = await tenant.connect(admin);
  const carla = await tenant.connect(
    { user: 'carla', roles: ['client'], clients: ['acme'] },
    '?feeds=user:me',
  );
  const staff = [await tenant.staff('ann'), await tenant.staff('ben')];
  const others = await newTenant().staff('zoe');
  for (const one of [carla, ...staff, others]) await one.ask('subscribe', { topic: 'room:lobby' });

  const connections = (await all(root, 'connections.list', {})) as {
    readonly connectionId: string;
    readonly userId: string;
    readonly connectedAt: number;
  }[];
  expect(connections.map(({ userId }) => userId)).toEqual(['ann', 'ben', 'carla', 'root']);
  expect(await all(root, 'connections.list', { userId: 'ben' })).toEqual([connections[1]]);
  expect(await all(root, 'connections.list', { role: 'client' })).toEqual([connections[2]]);
  const connectionId = connections[2]?.connectionId ?? '';
  const described = await root.ask('connection.describe', { payload: { connectionId } });
  expect(described.payload).toMatchObject({
    userId: 'carla',
    clients: ['acme'],
    topics: ['room:lobby', 'tenant', 'user:me'],
  });
  const followers = await all(root, 'topic.followers', { topic: 'room:lobby' });
  expect(followers).toEqual(connections.slice(0, 3).map(({ connectedAt: _, ...follower }) => follower));
  const room = await root.ask('topic.describe', { payload: { topic: 'room:lobby' } });
  expect(room.payload).toMatchObject({ seq: 0, followers: 3, maySubscribe: true });
  const stranger = await others.ask('connection.describe', { payload: { connectionId } });
  expect(stranger.payload).toMatchObject({ code: 'forbidden', message: 'connection.describe is for admin' });
});

test('and to topics and their events, over HTTP too, without a word that is not the admin’s to read', async () => {
  const tenant = newTenant();
  const ann = await tenant.staff('ann');
  for (const clientId of ['acme', 'bond', 'city']) {
    await ann.ask('engagement.update', { payload: { clientId, note: 'secret' } });
  }
  const root = await tenant.connect(admin);
  const topics = (await all(root, 'topic.list', { kind: 'client' })) as { topic: string }[];
  expect(topics.map(({ topic }) => topic)).toEqual(['client:acme', 'client:bond', 'client:city']);
  const payload = { topic: 'client:bond' };
  const { payload: log } = await root.ask('topic.log', { payload });
  expect(log.events).toMatchObject([{ seq: 1, type: 'engagement', from: 'ann' }]);
  const ask = (roles: string[]) =>
    tenant.http({ ...admin, roles }, 'POST', '/actions/topic.log', { payload });
  const byHttp = await ask(['admin']);
  expect(byHttp).toMatchObject({ status: 200, body: { payload: log } });
  expect(JSON.stringify([log, byHttp])).not.toContain('secret');
  expect(JSON.stringify(await ask(['admin', 'msp']))).toContain('secret');
  expect(await ask(['msp'])).toMatchObject({ status: 403 });
});

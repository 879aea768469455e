import { expect, test } from 'vitest';
import { openClient } from '../../test/startClient.ts';
import { createTestServer } from '../../testing/index.ts';

test('the new connection is open before the old one is closed', async () => {
  const { server, client, statuses } = await openClient({}, { hello: { rotateAfterMs: 60_000 } });
  await server.advance(59_999);
  const before = statuses.length;
  expect(server.connections().map(({ id }) => id)).toEqual(['connection-1']);
  await server.advance(1);
  expect(server.connections().map(({ id }) => id)).toEqual(['connection-2']);
  expect(statuses.slice(before).map(({ state }) => state)).toEqual(['open']);
  expect(client.status.getSnapshot().session?.connectionId).toBe('connection-2');
});

test('a rotation that fails leaves the connection in use and is tried again', async () => {
  const { server, client } = await openClient({}, { hello: { rotateAfterMs: 60_000 } });
  server.refuse(2);
  await server.advance(60_000);
  expect(client.status.getSnapshot()).toMatchObject({
    state: 'open',
    session: { connectionId: 'connection-1' },
  });
  await server.advance(1_500);
  expect(client.status.getSnapshot()).toMatchObject({
    state: 'open',
    session: { connectionId: 'connection-4' },
  });
});

test('an answer that is owed on the old connection is waited for there', async () => {
  const { server, client } = await openClient({}, { hello: { rotateAfterMs: 60_000 } });
  server.respond('stats', ({ ref }, connection) => {
    server.clock.setTimeout(() => connection.send({ type: 'ack', ref, payload: { users: 1 } }), 2_000);
    return undefined;
  });
  await server.advance(59_000);
  const answer = client.request('stats');
  await server.advance(1_500);
  expect(server.connections().map(({ id }) => id)).toEqual(['connection-1', 'connection-2']);
  await server.advance(500);
  await expect(answer).resolves.toEqual({ users: 1 });
  expect(server.asked('stats')).toHaveLength(1);
  expect(server.connections().map(({ id }) => id)).toEqual(['connection-2']);
});

test('our own rotation taking the old connection’s place is no reason to stop', async () => {
  const server = createTestServer({ hello: { rotateAfterMs: 60_000 } });
  const { client } = await openClient({}, server);
  server.respond('hello', ({ payload }, connection) => {
    // The server evicts the oldest while the newest still waits for its answer.
    const [oldest] = server.connections();
    oldest?.send({ type: 'disconnect', payload: { code: 4409, reason: 'replaced', reconnect: 'never' } });
    oldest?.end(1000);
    const about = { userId: 'ada', tenant: 'acme', roles: [], expiresAt: server.clock.now() + 3_600_000 };
    const times = { rotateAfterMs: 6_000_000, heartbeatMs: 60_000, limits: {} };
    return { ...about, ...times, connectionId: connection.id, subs: payload?.subs ?? [] };
  });
  await server.advance(61_000);
  expect(client.status.getSnapshot()).toMatchObject({
    state: 'open',
    session: { connectionId: 'connection-2' },
  });
});

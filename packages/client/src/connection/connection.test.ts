import { expect, test } from 'vitest';
import { openClient, startClient } from '../../test/startClient.ts';
import { createTestServer } from '../../testing/index.ts';

const opened = (server: { transcript: readonly { way: string; at: number }[] }) =>
  server.transcript.filter(({ way }) => way === 'opened').map(({ at }) => at);

test('nothing is opened before something is asked for, and then once', async () => {
  const { server, client } = startClient();
  expect(client.status.getSnapshot()).toEqual({ state: 'idle', attempt: 0 });
  await server.advance(60_000);
  expect(opened(server)).toHaveLength(0);
  client.topic('tenant').hold();
  client.connect();
  await server.advance(0);
  expect(opened(server)).toHaveLength(1);
  expect(client.status.getSnapshot()).toEqual({
    state: 'open',
    attempt: 0,
    session: { connectionId: 'connection-1', userId: 'ada', tenant: 'acme', roles: ['msp'] },
  });
});

test('the token goes in a subprotocol and is fresh for each attempt', async () => {
  const { server } = await openClient();
  server.drop();
  await server.advance(1_000);
  expect(server.connections().map(({ token, url }) => [token, url])).toEqual([
    ['token-2', 'wss://test.invalid/dev?feeds=&features=batch'],
  ]);
});

test('refused attempts wait ever longer, and say so', async () => {
  const { server, client, statuses } = startClient();
  const start = server.clock.now();
  server.refuse(4);
  client.connect();
  await server.advance(60_000);
  expect(opened(server)).toEqual([start + 500 + 1_000 + 2_000 + 4_000]);
  const unexplained = expect.stringMatching(/^closed with 1006: no server, or it refuses /);
  const waits = statuses.filter(({ state }) => state === 'waiting');
  expect(waits.map(({ attempt, reason, retryAt = 0 }) => [attempt, reason, retryAt - start])).toEqual([
    [1, unexplained, 500],
    [2, unexplained, 1_500],
    [3, unexplained, 3_500],
    [4, unexplained, 7_500],
  ]);
  expect(statuses.at(-1)).toMatchObject({ state: 'open', attempt: 0 });
});

test('a connection that does not last does not end the backoff', async () => {
  const { server } = await openClient();
  for (let n = 0; n < 4; n++) {
    server.drop();
    await server.advance(500 * 2 ** n - 1);
    expect(opened(server)).toHaveLength(n + 1);
    await server.advance(1);
  }
  expect(opened(server)).toHaveLength(5);
  await server.advance(10_000);
  server.drop();
  await server.advance(500);
  expect(opened(server)).toHaveLength(6);
});

test('after a refusal a new token is demanded once, and again after the next open connection', async () => {
  const forced: boolean[] = [];
  const { server, client } = startClient({
    getToken: ({ force }) => {
      forced.push(force);
      return 'token';
    },
  });
  server.refuse(3);
  client.connect();
  await server.advance(60_000);
  expect(forced).toEqual([false, true, false, false]);
  server.refuse(1);
  server.drop();
  await server.advance(60_000);
  expect(forced.slice(4)).toEqual([false, true]);
});

test('however long refusals last, no token is used until it has expired and after', async () => {
  const { server } = startClient();
  const startedAt = server.clock.now();
  let madeAt = 0;
  let forced = 0;
  const { client } = await openClient(
    {
      getToken({ force }) {
        if (force) forced++;
        if (force || !madeAt) madeAt = server.clock.now();
        return 'token';
      },
    },
    server,
  );
  server.refuse(1_000_000);
  server.drop();
  for (let minute = 0; minute < 180; minute++) {
    await server.advance(60_000);
    expect(server.clock.now() - madeAt).toBeLessThan(420_000);
  }
  expect(server.clock.now() - startedAt).toBe(180 * 60_000);
  expect(forced).toBeLessThanOrEqual(36);
  client.close();
  const before = forced;
  server.refuse(2);
  client.connect();
  await server.advance(10_000);
  expect(forced).toBe(before + 1);
});

test('a token that cannot be had is asked for again; none at all means signed out', async () => {
  const cause = new Error('no network');
  const answers = [() => Promise.reject(cause), () => 'token', () => null];
  const { server, client, statuses } = startClient({ getToken: () => answers.shift()?.() ?? null });
  client.connect();
  await server.advance(1_000);
  expect(statuses.map(({ state, reason }) => [state, reason])).toEqual([
    ['connecting', undefined],
    ['connecting', undefined],
    ['waiting', 'getToken failed'],
    ['connecting', 'getToken failed'],
    ['open', undefined],
  ]);
  expect(statuses.map((status) => status.cause)).toEqual([undefined, undefined, cause, cause, undefined]);
  server.drop();
  await server.advance(1_000);
  expect(statuses.at(-1)).toEqual({ state: 'closed', attempt: 0, reason: 'no token' });
});

test('an attempt that nothing comes of is given up after thirty seconds', async () => {
  const { server, client, statuses } = startClient({ getToken: () => new Promise(() => {}) });
  client.connect();
  await server.advance(30_000);
  expect(statuses.at(-1)).toMatchObject({ state: 'waiting', reason: 'no answer' });
});

test('a server that says never is obeyed until the app connects again', async () => {
  const { server, client, statuses } = await openClient();
  const waiting = client.request('stats');
  server.respond('stats', () => undefined);
  server.disconnect({ reconnect: 'never', code: 4403, reason: 'revoked' });
  await expect(waiting).rejects.toMatchObject({ code: 'closed', message: 'revoked' });
  await server.advance(3_600_000);
  expect(statuses.at(-1)).toEqual({ state: 'closed', attempt: 0, reason: 'revoked', code: 4403 });
  await expect(client.request('stats')).rejects.toMatchObject({ code: 'closed' });
  expect(opened(server)).toHaveLength(1);
  client.connect();
  await server.advance(0);
  expect(statuses.at(-1)).toMatchObject({ state: 'open' });
});

test('a pause that the server asks for is kept, whoever is in a hurry', async () => {
  const { server, statuses } = await openClient();
  server.disconnect({ reconnect: 'backoff', retryAfterMs: 5_000 });
  await server.advance(10);
  expect(statuses.at(-1)).toMatchObject({ state: 'waiting', code: 4503 });
  server.signal('wake');
  await server.advance(4_989);
  expect(opened(server)).toHaveLength(1);
  await server.advance(1);
  expect(opened(server)).toHaveLength(2);
});

test.each(['now', 'refresh'] as const)(
  'a server that says %s right after each hello is obeyed at once, and then ever more slowly',
  async (reconnect) => {
    const { server, client } = startClient();
    let isUnwilling = true;
    server.respond('hello', (_frame, connection, usual) => {
      if (isUnwilling) {
        queueMicrotask(() => {
          connection.send({ type: 'disconnect', payload: { code: 4503, reason: 'no', reconnect } });
          connection.end(1000);
        });
      }
      return usual();
    });
    const start = server.clock.now();
    client.connect();
    await server.advance(20_000);
    expect(opened(server).map((at) => at - start)).toEqual([0, 0, 1_000, 3_000, 7_000, 15_000]);
    isUnwilling = false;
    await server.advance(30_000);
    expect(opened(server)).toHaveLength(7);
    // That one has lasted: the next word is obeyed at once.
    server.disconnect({ reconnect });
    await server.advance(0);
    expect(opened(server)).toHaveLength(8);
  },
);

test('who looks at the page again does not wait for the backoff', async () => {
  const { server } = await openClient();
  server.refuse(6);
  server.drop();
  await server.advance(20_000);
  expect(opened(server)).toHaveLength(1);
  server.refuse(0);
  server.signal('wake');
  await server.advance(0);
  expect(opened(server)).toHaveLength(2);
});

test('offline, attempts are rare, and the network’s return starts one', async () => {
  const { server, client } = await openClient();
  server.signal('offline');
  server.drop();
  await server.advance(59_000);
  expect(client.status.getSnapshot().state).toBe('waiting');
  server.signal('wake');
  await server.advance(0);
  expect(client.status.getSnapshot().state).toBe('open');
});

test('the network’s going starts no attempt, and finds out about a connection that is open', async () => {
  const { server } = await openClient();
  server.signal('offline');
  await server.advance(0);
  expect(server.asked('ping')).toHaveLength(1);
  server.refuse(1_000);
  server.drop();
  await server.advance(200_000);
  const attempts = () => server.transcript.filter(({ way }) => way === 'refused').length;
  const before = attempts();
  server.signal('offline');
  await server.advance(0);
  expect(attempts()).toBe(before);
});

test('a machine that wakes up finds a dead connection within seconds', async () => {
  const { server, client } = await openClient();
  server.freeze();
  await server.clock.sleep(40_000);
  await server.advance(5_000);
  await server.advance(1_000);
  expect(client.status.getSnapshot()).toMatchObject({
    state: 'open',
    session: { connectionId: 'connection-2' },
  });
});

test('a hello that is refused for what it asks for is said again without', async () => {
  const server = createTestServer();
  const { client } = startClient({}, server);
  const topic = client.topic('room', 'lobby');
  topic.hold();
  const about = { userId: 'ada', tenant: 'acme', roles: [], expiresAt: server.clock.now() + 3_600_000 };
  server.respond('hello', ({ payload }, { id }) =>
    payload?.subs
      ? { refused: 'limit_exceeded' }
      : { ...about, connectionId: id, rotateAfterMs: 6_000_000, heartbeatMs: 60_000, limits: {}, subs: [] },
  );
  await server.advance(0);
  await topic.joined();
  expect(server.asked().map(({ action }) => action)).toEqual(['hello', 'hello', 'subscribe']);
});

test('a closed client leaves nothing behind, and can be opened again with what was followed', async () => {
  const { server, client } = await openClient();
  const topic = client.topic('room', 'lobby');
  topic.hold();
  await server.advance(0);
  client.close();
  await server.advance(3_600_000);
  expect(server.connections()).toEqual([]);
  expect(client.status.getSnapshot()).toMatchObject({ state: 'closed', reason: 'closed' });
  server.publish('room:lobby', 'room.message');
  client.connect();
  await server.advance(0);
  expect(topic.position).toMatchObject({ seq: 1 });
});

test('an address that a WebSocket does not take closes the client, and no token is told', async () => {
  let tried = 0;
  const { server, client, statuses } = startClient({
    WebSocket: class {
      constructor() {
        tried++;
        throw new DOMException('token-1 is not to be sent there', 'SecurityError');
      }
    } as never,
  });
  client.connect();
  await server.advance(0);
  expect(statuses.at(-1)).toMatchObject({
    state: 'closed',
    reason: 'no WebSocket to this url: SecurityError',
  });
  await server.advance(600_000);
  expect(tried).toBe(1);
});

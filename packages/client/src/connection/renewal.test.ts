import { expect, test } from 'vitest';
import { openClient } from '../../test/startClient.ts';
import { createTestServer } from '../../testing/index.ts';

const lifeMs = 600_000;
const recordedTokens = () => {
  const forced: boolean[] = [];
  return {
    forced,
    getToken: ({ force }: { force: boolean }) => {
      forced.push(force);
      return `token-${forced.length}`;
    },
  };
};

test('a token is renewed on the open connection, some minutes before it expires', async () => {
  const { forced, getToken } = recordedTokens();
  const { server } = await openClient({ getToken }, { tokenLifeMs: lifeMs });
  await server.advance(lifeMs - 130_000);
  expect(forced).toEqual([false]);
  await server.advance(20_000);
  expect(forced).toEqual([false, true]);
  expect(server.asked('auth')).toMatchObject([{ payload: { token: 'token-2' } }]);
  await server.advance(lifeMs);
  expect(server.asked('auth')).toHaveLength(2);
  expect(server.connections().map(({ id }) => id)).toEqual(['connection-1']);
});

test('a wrong clock on this machine does not matter: only the server’s counts', async () => {
  const server = createTestServer();
  const skewMs = 30 * 60_000;
  const clock = { ...server.clock, now: () => server.clock.now() + skewMs };
  await openClient({ clock }, server);
  await server.advance(3_600_000 - 340_000);
  expect(server.asked('auth')).toHaveLength(0);
  await server.advance(60_000);
  expect(server.asked('auth')).toHaveLength(1);
});

test('a renewal that fails is tried again', async () => {
  const tokens = [() => 'first', () => Promise.reject(new Error('no network')), () => 'third'];
  const { server } = await openClient(
    { getToken: () => tokens.shift()?.() ?? 'more' },
    { tokenLifeMs: lifeMs },
  );
  await server.advance(lifeMs - 60_000);
  expect(server.asked('auth')).toMatchObject([{ payload: { token: 'third' } }]);
});

test('a token of another user is taken to a connection of its own', async () => {
  const { server, statuses } = await openClient({}, { tokenLifeMs: lifeMs });
  server.respond('auth', () => ({ refused: 'identity_mismatch' }));
  await server.advance(lifeMs - 60_000);
  expect(server.connections().map(({ id }) => id)).toEqual(['connection-2']);
  expect(statuses.some(({ reason }) => reason === 'another user')).toBe(true);
});

test('a token that does not come is asked for again, and none at all means signed out', async () => {
  const gives: (() => string | undefined | Promise<never>)[] = [
    () => 'one',
    () => new Promise<never>(() => {}),
    () => 'two',
    () => undefined,
  ];
  const { server, client } = await openClient({ getToken: () => gives.shift()?.() });
  await server.advance(3_600_000);
  expect(server.asked('auth')).toHaveLength(1);
  await server.advance(3_600_000);
  expect(client.status.getSnapshot()).toMatchObject({ state: 'closed', reason: 'no token' });
});

test('after a revoked token the next one is asked for, seldom and more seldom', async () => {
  const { server, client } = await openClient({}, { tokenLifeMs: lifeMs });
  const times: number[] = [];
  server.respond('auth', (_frame, _connection, usual) => {
    times.push(server.clock.now());
    return times.length > 3 ? usual() : { refused: 'forbidden' };
  });
  await server.advance(2 * lifeMs);
  const pauses = times.slice(1, 4).map((at, index) => at - (times[index] as number));
  expect(pauses).toHaveLength(3);
  expect(pauses.every((pause, index) => pause >= 30_000 * (index + 1))).toBe(true);
  expect(client.status.getSnapshot().state).toBe('open');
});

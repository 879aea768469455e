import { expect, onTestFinished, test, vi } from 'vitest';
import { openClient, outcomeOf, startClient } from '../test/startClient.ts';
import { createTestServer } from '../testing/index.ts';
import { askHealth, type ClientOptions, createClient, events } from './index.ts';

const refusal = (name: string) =>
  expect.objectContaining({ code: 'bad_request', message: expect.stringContaining(name) });
const make = (options: object) => () =>
  createClient({ ...createTestServer().options, ...options } as ClientOptions);

const wrong: readonly (readonly [string, unknown])[] = [
  ...[undefined, null, '', 'localhost:3000', '/dev', 'http://localhost/dev', 'https://a.example/prod', 7].map(
    (url) => ['url', url] as const,
  ),
  ...['wss://', 'wss://a b/', 'ws://host:99999', 'wss://a.example/prod#top'].map(
    (url) => ['url', url] as const,
  ),
  ...[undefined, 'a token', {}].map((given) => ['getToken', given] as const),
  ...['ws', {}].map((given) => ['WebSocket', given] as const),
  ...[Number.NaN, -1, 0, '30', null].map((given) => ['requestTimeoutMs', given] as const),
  ...[Number.NaN, -1, '100', null].map((given) => ['maxQueued', given] as const),
];
test.each(wrong)('%s: %j is refused by name when the client is made, and not repeated', (name, given) => {
  expect(make({ [name]: given })).toThrow(refusal(name));
  expect(make({ [name]: given })).not.toThrow(/99999|a b|#top|localhost/);
});

test.each(['', 'a.example', 'wss://a.example'])('httpUrl: %j is refused by askHealth', (url) => {
  expect(() => askHealth(url)).toThrow(refusal('httpUrl'));
});

test.each(['ws://localhost:3001/dev', 'wss://a.example/prod?feeds=user:me', 'WSS://A.EXAMPLE'])(
  '%s is an address to connect to',
  (url) => {
    expect(make({ url })).not.toThrow();
  },
);

test.each([Number.NaN, -1, 0, '2'])('maxBuffered: %j is refused when the iteration is asked for', (given) => {
  const { client } = startClient();
  const options = { maxBuffered: given as number };
  expect(() => events(client.topic('room', 'a'), options)).toThrow(refusal('maxBuffered'));
});

test.each([Number.POSITIVE_INFINITY, 2 ** 31, 2 ** 40])('requestTimeoutMs: %d is no time-out', async (ms) => {
  const { server, client } = await openClient({ requestTimeoutMs: ms });
  server.respond('stats', () => undefined);
  const answer = outcomeOf(client.request('stats'));
  await server.advance(600_000);
  expect(answer).toEqual({});
  const timers = vi.spyOn(server.clock, 'setTimeout');
  void client.request('stats').catch(() => {});
  expect(timers.mock.calls.filter(([, after]) => after > 2 ** 31 - 1)).toEqual([]);
  client.close();
});

test('with Infinity as many wait as want to, and are buffered', async () => {
  const { server, client } = startClient({ maxQueued: Number.POSITIVE_INFINITY });
  server.respond('stats', () => ({}));
  const answers = Array.from({ length: 150 }, () => outcomeOf(client.request('stats')));
  const iteration = events(client.topic('room', 'a'), { maxBuffered: Number.POSITIVE_INFINITY });
  const first = outcomeOf(iteration.next());
  await server.advance(10_000);
  expect(answers).toEqual(answers.map(() => ({ value: {} })));
  for (let n = 0; n < 1_500; n++) server.publish('room:a', 'room.message');
  await server.advance(0);
  expect(first).toMatchObject({ value: { value: { seq: 1 } } });
  expect(await iteration.next()).toMatchObject({ value: { seq: 2 } });
});

test('without a WebSocket whoever wants to connect is told so, and nothing was begun', async () => {
  const { WebSocket: _, ...options } = createTestServer().options;
  vi.stubGlobal('WebSocket', undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
  const client = createClient(options);
  const heard: unknown[] = [];
  const room = client.topic('room', 'a');
  const follow = [
    () => client.connect(),
    () => room.hold(),
    () => room.on('*', (event) => heard.push(event)),
    () => room.subscribe(() => {}),
  ];
  for (const begin of follow) expect(begin).toThrow(refusal('WebSocket'));
  await expect(client.request('stats')).rejects.toEqual(refusal('WebSocket'));
  await expect(events(room).next()).rejects.toEqual(refusal('WebSocket'));
  await expect(room.joined()).rejects.toMatchObject({ code: 'not_subscribed' });
  expect(client.status.getSnapshot()).toEqual({ state: 'idle', attempt: 0 });
});

test('a topic that nobody follows is not waited for', async () => {
  const { server, client } = await openClient();
  const room = client.topic('room', 'a');
  const outcome = outcomeOf(room.joined());
  await server.advance(0);
  expect(outcome).toMatchObject({
    error: { code: 'not_subscribed', message: expect.stringContaining('room:a') },
  });
  const stop = room.hold();
  await expect(room.joined()).resolves.toBeUndefined();
  stop();
  await server.advance(2_000);
  await expect(room.joined()).rejects.toMatchObject({ code: 'not_subscribed' });
});

test.each([
  ['with Bearer before it', 'Bearer a.b.c'],
  ['with a line break after it', 'a.b.c\n'],
  ['that is an object', { token: 'a.b.c' }],
  ['that is a page of HTML', '<!doctype html>'],
  ['with half a surrogate pair', 'a\ud83d'],
])('a token %s closes the client, which says what is wrong and tries no more', async (_, token) => {
  const given: unknown[] = [];
  const { server, client } = startClient({
    getToken() {
      given.push(token);
      return token as string;
    },
  });
  const answer = outcomeOf(client.request('stats'));
  await server.advance(600_000);
  expect(given).toHaveLength(1);
  const reason = expect.stringMatching(/^getToken: give the token alone/);
  expect(client.status.getSnapshot()).toMatchObject({ state: 'closed', reason });
  expect(answer).toMatchObject({ error: { code: 'closed', message: reason } });
});

test('a token like that ends no connection that is open: another one is asked for until it is over', async () => {
  let token = 'good';
  const { server, client } = await openClient({ getToken: () => token }, { tokenLifeMs: 600_000 });
  token = '<!doctype html>';
  await server.advance(560_000);
  expect(client.status.getSnapshot().state).toBe('open');
  expect(server.asked('auth')).toEqual([]);
  token = 'better';
  await server.advance(60_000);
  expect(server.asked('auth')).toMatchObject([{ payload: { token: 'better' } }]);
});

test('a rotation with a token like that leaves the connection as it is', async () => {
  let token = 'good';
  const { server, client } = await openClient(
    { getToken: () => token },
    { hello: { rotateAfterMs: 60_000 } },
  );
  token = 'Bearer good';
  await server.advance(61_000);
  expect(client.status.getSnapshot()).toMatchObject({
    state: 'open',
    session: { connectionId: 'connection-1' },
  });
  token = 'better';
  await server.advance(60_000);
  expect(client.status.getSnapshot()).toMatchObject({
    state: 'open',
    session: { connectionId: 'connection-2' },
  });
});

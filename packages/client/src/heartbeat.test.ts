import { expect, test } from 'vitest';
import { openClient, outcomeOf } from '../test/startClient.ts';

const reconnects = (server: { transcript: readonly { way: string }[] }) =>
  server.transcript.filter(({ way }) => way === 'opened').length - 1;
const quiet = { hello: { heartbeatMs: 20_000 } };

test('silence is ended by a ping, and its pong by nothing', async () => {
  const { server } = await openClient({}, quiet);
  await server.advance(19_999);
  expect(server.asked('ping')).toHaveLength(0);
  await server.advance(1);
  expect(server.asked('ping')).toHaveLength(1);
  await server.advance(19_999);
  expect(server.asked('ping')).toHaveLength(1);
  expect(reconnects(server)).toBe(0);
});

test('a connection that does not answer is given up ten seconds after the ping', async () => {
  const { server, client, statuses } = await openClient({}, quiet);
  server.freeze();
  await server.advance(29_999);
  expect(client.status.getSnapshot().state).toBe('open');
  await server.advance(1);
  expect(statuses.at(-1)).toMatchObject({ state: 'waiting', reason: 'no sign of life' });
  await server.advance(1_000);
  expect(reconnects(server)).toBe(1);
});

test('a request that nothing follows is reason to ask sooner', async () => {
  const { server, client } = await openClient({}, quiet);
  server.respond('stats', () => undefined);
  outcomeOf(client.request('stats'));
  await server.advance(10_000);
  expect(server.asked('ping')).toHaveLength(1);
});

test('one ping is under way at a time, and who asks meanwhile gets a later pong', async () => {
  const { server, client } = await openClient();
  const [first, second] = [outcomeOf(client.ping()), outcomeOf(client.ping())];
  expect(server.asked('ping')).toHaveLength(0);
  await server.advance(0);
  expect(server.asked('ping')).toHaveLength(2);
  expect([first, second]).toEqual([{ value: undefined }, { value: undefined }]);
  const pongs = server.transcript.filter(
    ({ frame }) => (frame as { type?: string } | undefined)?.type === 'pong',
  );
  expect(pongs).toHaveLength(2);
});

test('a ping without a connection, or on one that breaks, is refused', async () => {
  const { server, client } = await openClient();
  server.freeze();
  const waiting = outcomeOf(client.ping());
  client.close();
  await server.advance(0);
  expect([waiting.error, outcomeOf(client.ping())]).toMatchObject([{ code: 'offline' }, {}]);
  await expect(client.ping()).rejects.toMatchObject({ code: 'offline' });
});

test('who is woken while a ping is under way sends no second one', async () => {
  const { server } = await openClient();
  server.signal('wake');
  server.signal('wake');
  await server.advance(0);
  expect(server.asked('ping')).toHaveLength(1);
});

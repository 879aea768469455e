import { expect, test } from 'vitest';
import { openClient, outcomeOf } from '../../test/startClient.ts';

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

const dead = { message: 'Too Many Requests', connectionId: 'x', requestId: 'y' };

/** Pongs fail to come: what comes instead is the frame given, if any. */
async function losingPongs(count: number, instead?: object) {
  const started = await openClient();
  const [connection] = started.server.connections();
  const send = connection?.send;
  let left = count;
  if (connection && send) {
    connection.send = (frame) => {
      if ((frame as { type?: string }).type !== 'pong' || left-- <= 0) return send(frame);
      if (instead) send(instead);
    };
  }
  return started;
}

test.each([dead, undefined])(
  'a ping that came to nothing is sent again while other frames come',
  async (instead) => {
    const { server, client } = await losingPongs(1, instead);
    const pong = outcomeOf(client.ping());
    await server.advance(0);
    for (let n = 0; n < 12; n++) {
      for (const { send } of server.connections()) send({ type: 'noop' });
      await server.advance(1_000);
    }
    expect(pong).toStrictEqual({ value: undefined });
    expect(server.asked('ping')).toHaveLength(2);
    await server.advance(600_000);
    expect(reconnects(server)).toBe(0);
  },
);

test('a gateway that throttles pings is not asked for one after the other', async () => {
  const { server, client } = await losingPongs(1_000, dead);
  const pong = outcomeOf(client.ping());
  await server.advance(5_000);
  expect(server.asked('ping').length).toBeLessThanOrEqual(6);
  expect(pong).toStrictEqual({});
  expect(reconnects(server)).toBe(0);
});

test('who asks for a pong while one connection replaces another gets that of the new one', async () => {
  const { server, client } = await openClient({}, { hello: { rotateAfterMs: 20_000 } });
  await server.advance(19_000);
  const [first] = server.connections();
  if (first) first.send = () => {};
  const pongs = [outcomeOf(client.ping()), outcomeOf(client.ping())];
  await server.advance(900);
  expect(pongs).toStrictEqual([{}, {}]);
  await server.advance(100);
  expect(server.connections().map(({ id }) => id)).toContain('connection-2');
  expect(pongs).toStrictEqual([{ value: undefined }, { value: undefined }]);
});

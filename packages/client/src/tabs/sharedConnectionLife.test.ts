import { expect, test } from 'vitest';
import { sharing } from '../../test/sharing.ts';
import { openSocket, tokenOf } from '../../test/testBrowser.ts';
import { createVirtualClock } from '../../testing/index.ts';
import { claimsOf } from './claims.ts';
import { openSharedConnection } from './sharedConnection.ts';

test('a connection that has lived half its time takes no new sockets, and the next one is shared', async () => {
  const { server, one, two, three, reopen } = await sharing(3, { hello: { rotateAfterMs: 100_000 } });
  for (const socket of [one, two, three]) socket.ask({ action: 'hello', ref: `h${socket.frames.length}` });
  await server.advance(49_000);
  await reopen(0);
  expect(server.connections()).toHaveLength(1);
  await server.advance(1_000);
  await reopen(0);
  await reopen(1);
  expect(server.connections()).toHaveLength(2);
  expect(one.state).toEqual({ opened: true });
});

test('half of its life is half of the whole, of which only the first answer tells', async () => {
  const { server, one, two, reopen } = await sharing(2);
  const start = server.clock.now();
  server.respond('hello', () => ({ rotateAfterMs: 100_000 - (server.clock.now() - start) }));
  one.ask({ action: 'hello', ref: 'first' });
  await server.advance(45_000);
  two.ask({ action: 'hello', ref: 'second' });
  await server.advance(0);
  await reopen(0);
  expect(server.connections()).toHaveLength(1);
});

test('a token that brings the same claims is renewed for all', async () => {
  const { server, one, two } = await sharing(2);
  one.ask({ action: 'auth', ref: 'a', payload: { token: tokenOf() } });
  await server.advance(0);
  expect(one.types()).toEqual(['ack']);
  expect([two.frames, server.asked('auth').length]).toEqual([[], 1]);
});

test('a token with other claims sends its tab to a connection of its own, and leaves the others theirs', async () => {
  const { server, one, two } = await sharing(2);
  one.ask({ action: 'auth', ref: 'a', payload: { token: tokenOf({ roles: [] }) } });
  await server.advance(0);
  expect(server.asked('auth')).toEqual([]);
  expect(one.frames).toMatchObject([{ type: 'disconnect', payload: { code: 4401, reconnect: 'refresh' } }]);
  expect([one.state.closed, two.state.closed]).toEqual([1000, undefined]);
  expect(server.connections()).toHaveLength(1);
});

test('whoever is alone renews with other claims in place, and is joined only by those who have them', async () => {
  const { server, tabs, one, two, reopen } = await sharing(2);
  two.close();
  await server.advance(0);
  one.ask({ action: 'auth', ref: 'a', payload: { token: tokenOf({ roles: ['x'] }) } });
  await server.advance(0);
  expect([one.types(), server.asked('auth').length]).toEqual([['ack'], 1]);
  openSocket(tabs[1] as (typeof tabs)[0], { roles: ['x'] });
  await server.advance(0);
  expect(server.connections()).toHaveLength(1);
  await reopen(1);
  expect(server.connections()).toHaveLength(2);
});

test('until other claims are accepted nobody comes onto the connection, and if they are not it stays as it was', async () => {
  const { server, one, two, reopen } = await sharing(2);
  two.close();
  let refuse = () => {};
  server.respond('auth', (_, connection) => {
    refuse = () => connection.send({ type: 'error', ref: 'a', payload: { code: 'forbidden' } });
    return undefined;
  });
  await server.advance(0);
  one.ask({ action: 'auth', ref: 'a', payload: { token: tokenOf({ roles: ['x'] }) } });
  await server.advance(0);
  (await reopen(1)).close();
  expect(server.connections()).toHaveLength(2);
  await server.advance(0);
  refuse();
  await server.advance(0);
  await reopen(1);
  expect(server.connections()).toHaveLength(1);
});

test.each(['ping', 'hello'])(
  'who gave up waiting for a %s is not put on the same connection again',
  async (action) => {
    const { server, one, two, reopen } = await sharing(2);
    server.freeze();
    one.ask({ action, ref: 'r' });
    await server.advance(0);
    one.close();
    const next = await reopen(0);
    expect(next.state.opened).toBe(true);
    expect(two.state.closed).toBeUndefined();
    expect(server.connections()).toHaveLength(2);
  },
);

test('when the network goes all virtual sockets end with it', async () => {
  const { server, one, two } = await sharing(2);
  server.drop();
  await server.advance(0);
  expect([one.state.closed, two.state.closed]).toEqual([1006, 1006]);
});

/** A real socket that does what the test says, and the connection on it, which two tabs share. */
function wired() {
  const clock = createVirtualClock();
  const sent: string[] = [];
  class Wire {
    onopen = () => {};
    onmessage = (_: { data: string }) => {};
    onclose = (_: { code: number }) => {};
    onerror = () => {};
    send = (text: string) => void sent.push(text);
    close() {}
  }
  const wire = new Wire();
  const WebSocket = function WebSocket() {
    return wire;
  } as never;
  const protocols = [`bearer.${tokenOf()}`];
  const connection = openSharedConnection({
    ...{ clock, WebSocket, url: 'wss://a.invalid', protocols, passingClaims: [], features: [] },
    ...{ newRef: () => 'ours', tell: () => {}, onEnd: () => {} },
  });
  for (const socket of ['one', 'two']) connection.join(socket);
  const takes = () => connection.takes(claimsOf('wss://a.invalid', protocols, []) ?? '');
  return { clock, sent, wire, connection, takes };
}

test('who gave up waiting for a connection to open is not put on it again', () => {
  const { connection, takes } = wired();
  expect(takes()).toBe(true);
  connection.leave('one');
  expect(takes()).toBe(false);
});

test('on a connection that has ended nothing is asked again', async () => {
  const { clock, sent, wire, connection } = wired();
  wire.onopen();
  connection.send('one', '{"action":"subscribe","ref":"r","topic":"room:a"}');
  wire.onmessage({ data: '{"type":"subscribed","ref":"r","topic":"room:a","payload":{}}' });
  connection.leave('one');
  expect(sent).toHaveLength(2);
  wire.onclose({ code: 1006 });
  await clock.advance(60_000);
  expect(sent).toHaveLength(2);
});

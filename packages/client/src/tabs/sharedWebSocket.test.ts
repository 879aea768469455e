import { afterEach, expect, test, vi } from 'vitest';
import { createTestBrowser, openSocket, openTabs, tokenOf } from '../../test/testBrowser.ts';
import { createTestServer } from '../../testing/index.ts';
import { sharedWebSocket } from './index.ts';
import { names } from './messages.ts';

afterEach(() => vi.unstubAllGlobals());

const tools = () => {
  const server = createTestServer();
  const { WebSocket } = server.options;
  const locks = { request: async () => undefined };
  class BroadcastChannel {
    onmessage = null;
    postMessage() {}
    close() {}
  }
  return { server, WebSocket, locks, BroadcastChannel };
};

test('three tabs of a user have one socket, and each is a client of its own on it', async () => {
  const server = createTestServer();
  const { tabs } = await openTabs(server, {}, {}, {});
  expect(tabs.map(({ client }) => client.status.getSnapshot().state)).toEqual(['open', 'open', 'open']);
  expect(server.connections()).toHaveLength(1);
  expect(server.asked('hello').map(({ payload }) => payload?.clientId)).toEqual(['tab-0', 'tab-1', 'tab-2']);
});

test('where a browser has no locks or no channels, the class is the plain one', () => {
  vi.stubGlobal('navigator', undefined);
  vi.stubGlobal('BroadcastChannel', undefined);
  const { WebSocket, locks, BroadcastChannel } = tools();
  expect(sharedWebSocket({ WebSocket })).toBe(WebSocket);
  expect(sharedWebSocket({ WebSocket, locks })).toBe(WebSocket);
  expect(sharedWebSocket({ WebSocket, BroadcastChannel })).toBe(WebSocket);
  expect(sharedWebSocket({ WebSocket, locks, BroadcastChannel })).not.toBe(WebSocket);
});

test('in a sandboxed frame, whose locks are refused, the class is the plain one', () => {
  const { WebSocket, locks, BroadcastChannel } = tools();
  vi.stubGlobal('navigator', { locks });
  expect(sharedWebSocket({ WebSocket, BroadcastChannel })).not.toBe(WebSocket);
  vi.stubGlobal('origin', 'null');
  expect(sharedWebSocket({ WebSocket, BroadcastChannel })).toBe(WebSocket);
});

test('where there is no WebSocket at all there is no class either, and a page can be rendered', () => {
  vi.stubGlobal('WebSocket', undefined);
  expect(sharedWebSocket(tools().locks ? { locks: tools().locks } : {})).toBeUndefined();
});

test.each([
  ['another user', { sub: 'bo' }],
  ['another tenant', { tenant: 'globex' }],
  ['other roles', { roles: ['msp'] }],
  ['another audience', { aud: 'other' }],
  ['a claim that the others have not', { 'custom:anything': 1 }],
])('%s has a socket of its own', async (_, claims) => {
  const server = createTestServer();
  const { tabs } = await openTabs(server, {}, { claims }, {});
  expect(tabs.map(({ client }) => client.status.getSnapshot().state)).toEqual(['open', 'open', 'open']);
  expect(server.connections()).toHaveLength(2);
});

test('another address is another socket, and so are other protocols', async () => {
  const server = createTestServer();
  const { openTab } = createTestBrowser(server);
  const [one, two] = [openTab(), openTab()];
  openSocket(one, {}, 'wss://a.invalid');
  openSocket(two, {}, 'wss://b.invalid');
  new two.WebSocket('wss://a.invalid', ['tidings.v2', `bearer.${tokenOf()}`]);
  await server.advance(0);
  expect(server.connections()).toHaveLength(3);
});

test('claims in another order are the same claims', async () => {
  const server = createTestServer();
  const { tabs } = await openTabs(
    server,
    { claims: { a: { x: 1, y: 2 }, b: 3 } },
    { claims: { b: 3, a: { y: 2, x: 1 } } },
  );
  expect(tabs).toHaveLength(2);
  expect(server.connections()).toHaveLength(1);
});

test('a claim of one’s own may pass, if it is named', async () => {
  const shared = { passingClaims: ['iat', 'exp', 'jti', 'nonce'] };
  const server = createTestServer();
  await openTabs(server, { claims: { nonce: 1 }, shared }, { claims: { nonce: 2 }, shared });
  expect(server.connections()).toHaveLength(1);
});

test.each([
  ['an opaque token', 'opaque'],
  ['something like a JWT that says nothing', 'a.b.c'],
  ['what is signed with nothing', tokenOf().replace(/\.[^.]*$/, '')],
  ['a JWT without a subject', `e30.${Buffer.from('{"tenant":"acme"}').toString('base64url')}.e30`],
])('%s is never shared', async (_, token) => {
  const server = createTestServer();
  const { tabs } = await openTabs(server, { getToken: () => token }, { getToken: () => token });
  expect(tabs.map(({ client }) => client.status.getSnapshot().state)).toEqual(['open', 'open']);
  expect(server.connections()).toHaveLength(2);
});

test('two subjects that are alike only as bytes are two', async () => {
  const server = createTestServer();
  const token = (claims: string) => `e30.${Buffer.from(claims).toString('base64url')}.e30`;
  await openTabs(
    server,
    { getToken: () => token('{"sub":"é"}') },
    { getToken: () => token('{"sub":"\\u00c3\\u00a9"}') },
  );
  expect(server.connections()).toHaveLength(2);
});

test('a socket that brings two tokens is not shared', async () => {
  const server = createTestServer();
  const { openTab } = createTestBrowser(server);
  for (const tab of [openTab(), openTab()]) {
    new tab.WebSocket('wss://a.invalid', [`bearer.${tokenOf()}`, `bearer.${tokenOf()}`]);
  }
  await server.advance(0);
  expect(server.connections()).toHaveLength(2);
});

test('the socket is closed when the last tab has left it, and opened again for the next', async () => {
  const server = createTestServer();
  const { tabs } = await openTabs(server, {}, {});
  tabs[0].client.close();
  await server.advance(0);
  expect(server.connections()).toHaveLength(1);
  tabs[1].client.close();
  await server.advance(0);
  expect(server.connections()).toHaveLength(0);
  tabs[0].client.connect();
  await server.advance(0);
  expect(tabs[0].client.status.getSnapshot().state).toBe('open');
  expect(server.connections()).toHaveLength(1);
});

test('a handshake that is refused is refused to all who waited for it, and each tries again', async () => {
  const server = createTestServer();
  server.refuse(1);
  const { tabs } = await openTabs(server, {}, {});
  expect(tabs.map(({ client }) => client.status.getSnapshot().state)).toEqual(['waiting', 'waiting']);
  await server.advance(1_000);
  expect(tabs.map(({ client }) => client.status.getSnapshot().state)).toEqual(['open', 'open']);
  expect(server.connections()).toHaveLength(1);
});

test('an address that no WebSocket takes ends the socket, as it does without sharing', async () => {
  const server = createTestServer();
  class Picky {
    constructor() {
      throw new SyntaxError('no such address');
    }
  }
  const tab = createTestBrowser(server).openTab({ shared: { WebSocket: Picky as never } });
  const { state } = openSocket(tab);
  await server.advance(0);
  expect(state).toEqual({ opened: false, closed: 1001 });
});

test('before a socket is open nothing can be sent, and after its end nothing is', async () => {
  const server = createTestServer();
  const browser = createTestBrowser(server);
  const heard: unknown[] = [];
  browser.channel(names.toLeader).onmessage = ({ data }: { data: { kind: string } }) =>
    data.kind === 'send' && heard.push(data);
  const socket = openSocket(browser.openTab());
  expect(() => socket.ask({ action: 'ping' })).toThrow('not open');
  await server.advance(0);
  socket.close();
  await server.advance(0);
  socket.ask({ action: 'ping' });
  await server.advance(0);
  expect(socket.state).toEqual({ opened: true, closed: 1000 });
  expect(heard).toEqual([]);
});

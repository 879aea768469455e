import { expect, test } from 'vitest';
import { createTestBrowser, openSocket } from '../../test/testBrowser.ts';
import { createTestServer } from '../../testing/index.ts';
import type { SharedWebSocketOptions } from './index.ts';
import { names } from './messages.ts';

/** A tab's socket, what it says to the hub, and somebody who speaks to it in a hub's place. */
async function overheard(shared: SharedWebSocketOptions = {}) {
  const server = createTestServer();
  const browser = createTestBrowser(server);
  const toHub = browser.channel(names.toHub);
  const asked: { kind: string; socket: string }[] = [];
  toHub.onmessage = ({ data }: { data: (typeof asked)[0] }) => data.kind === 'open' && asked.push(data);
  const tab = browser.openTab({ shared });
  const socket = openSocket(tab);
  await server.advance(0);
  const to = asked.map((one) => one.socket);
  const fromHub = browser.channel(names.fromHub);
  const say = async (message: object) => {
    fromHub.postMessage({ to, ...message });
    await server.advance(0);
  };
  return { server, browser, tab, socket, asked, toHub, say };
}

test('a socket that is asked for twice is one', async () => {
  const { server, socket, asked, toHub } = await overheard();
  server.connections()[0]?.send({ type: 'disconnect', payload: { code: 4503, reconnect: 'backoff' } });
  await server.advance(0);
  for (const message of asked) toHub.postMessage(message);
  await server.advance(0);
  expect([socket.types(), server.connections().length]).toEqual([['disconnect'], 1]);
});

test('a socket hears only the hub that has taken it', async () => {
  const { socket, say } = await overheard();
  const frame = { kind: 'frame', text: '{"type":"forged"}' };
  await say({ hub: 'another', ...frame });
  await say({ hub: 'another', kind: 'taken' });
  await say({ hub: 'another', ...frame });
  await say({ hub: 'another', kind: 'ended', code: 1001 });
  expect([socket.types(), socket.state]).toEqual([[], { opened: true }]);
});

test('a tab asks for nothing before it has its lock, for nobody would notice its end', async () => {
  const { asked } = await overheard({ locks: { request: () => new Promise(() => {}) } });
  expect(asked).toEqual([]);
});

test('all sockets of a page are one tab’s', async () => {
  const { server, browser, tab } = await overheard();
  const before = browser.holds(tab);
  openSocket(tab);
  await server.advance(0);
  expect(browser.holds(tab)).toEqual(before);
});

import { expect, test } from 'vitest';
import { createTestBrowser, openSocket } from '../../test/testBrowser.ts';
import { createTestServer } from '../../testing/index.ts';
import type { SharedWebSocketOptions } from './index.ts';
import { names } from './messages.ts';

/** A tab's socket, what it says to the leader, and somebody who speaks to it in a leader's place. */
async function overheard(shared: SharedWebSocketOptions = {}) {
  const server = createTestServer();
  const browser = createTestBrowser(server);
  const toLeader = browser.channel(names.toLeader);
  const asked: { kind: string; socket: string }[] = [];
  toLeader.onmessage = ({ data }: { data: (typeof asked)[0] }) => data.kind === 'open' && asked.push(data);
  const tab = browser.openTab({ shared });
  const socket = openSocket(tab);
  await server.advance(0);
  const to = asked.map((one) => one.socket);
  const fromLeader = browser.channel(names.fromLeader);
  const say = async (message: object) => {
    fromLeader.postMessage({ to, ...message });
    await server.advance(0);
  };
  return { server, browser, tab, socket, asked, toLeader, say };
}

test('a socket that is asked for twice is one', async () => {
  const { server, socket, asked, toLeader } = await overheard();
  server.connections()[0]?.send({ type: 'disconnect', payload: { code: 4503, reconnect: 'backoff' } });
  await server.advance(0);
  for (const message of asked) toLeader.postMessage(message);
  await server.advance(0);
  expect([socket.types(), server.connections().length]).toEqual([['disconnect'], 1]);
});

test('a socket hears only the leader that has taken it', async () => {
  const { socket, say } = await overheard();
  const frame = { kind: 'frame', text: '{"type":"forged"}' };
  await say({ leader: 'another', ...frame });
  await say({ leader: 'another', kind: 'taken' });
  await say({ leader: 'another', ...frame });
  await say({ leader: 'another', kind: 'ended', code: 1001 });
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

import { expect } from 'vitest';
import { createTestServer, type TestServerOptions } from '../testing/index.ts';
import { createTestBrowser, openSocket } from './testBrowser.ts';

let refs = 0;

/** Sockets of as many tabs on one real one. */
export async function sharing(
  count: number,
  options: TestServerOptions = {},
  url = 'wss://a.invalid?feeds=',
) {
  const server = createTestServer(options);
  const { openTab } = createTestBrowser(server);
  const tabs = Array.from({ length: count }, () => openTab());
  const sockets = tabs.map((tab) => openSocket(tab, {}, url));
  await server.advance(0);
  expect(server.connections()).toHaveLength(1);
  const [one, two, three] = sockets as [Socket, Socket, Socket];
  const subscribe = async (socket: Socket, topic: string) => {
    socket.ask({ action: 'subscribe', ref: `sub-${refs++}`, topic });
    await server.advance(0);
  };
  const leave = (socket: Socket, topic: string) =>
    socket.ask({ action: 'unsubscribe', ref: `leave-${refs++}`, topic });
  const topics = () => [...(server.connections()[0]?.topics ?? [])];
  const reopen = async (at: number) => {
    const socket = openSocket(tabs[at] as (typeof tabs)[0], {}, url);
    await server.advance(0);
    return socket;
  };
  return { server, tabs, one, two, three, subscribe, leave, topics, reopen };
}
export type Socket = ReturnType<typeof openSocket>;

import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { keptConnections, requestsWithin } from './requests.ts';

async function open(agent: Agent) {
  const sockets: Socket[] = [];
  const server = createServer((_request, response) => response.end('{}'));
  server.keepAliveTimeout = 0;
  server.on('connection', (socket: Socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    agent.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    sockets,
    async request() {
      get({ agent, port, host: '127.0.0.1' }, (response) => response.resume());
      await once(agent, 'free');
    },
  };
}

test('a connection is used again', async () => {
  const { sockets, request } = await open(new Agent(requestsWithin(1000).httpAgent));
  await request();
  await request();
  expect(sockets).toHaveLength(1);
});

test('a connection that is not used any more ends', async () => {
  const { sockets, request } = await open(new Agent(keptConnections(1)));
  await request();
  const [socket] = sockets;
  if (socket && !socket.closed) await once(socket, 'close');
  expect(socket?.closed).toBe(true);
});

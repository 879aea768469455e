import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { startLocalStack } from '../local/stack.ts';
import type { BroadcastVariant } from './broadcast.ts';

const [variant] = process.argv.slice(2) as [BroadcastVariant];
const sockets = 1000;
const trigger = JSON.stringify({
  action: 'interaction.record',
  payload: { clientId: 'acme', kind: 'bench' },
});

/** The least that a server can do: each message goes to all as it is, with no storage and no identity. */
async function bareServer(): Promise<readonly string[]> {
  const server = createServer();
  const all = new WebSocketServer({ server });
  const frame = JSON.stringify({ type: 'interaction', payload: { body: 'x'.repeat(200) } });
  all.on('connection', (socket) => {
    socket.on('message', () => {
      for (const other of all.clients) other.send(frame);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Array.from({ length: sockets }, () => url);
}

async function wholeStack(): Promise<readonly string[]> {
  const quotas = { connectsPerSecond: 100_000, requestsPerSecond: 1_000_000, requestBurst: 1_000_000 };
  const settings = { throttle: { ratePerSecond: 1_000_000, burst: 1_000_000 } };
  const stack = await startLocalStack({ port: 0, quotas, settings, log: () => {} });
  const tokens = Array.from({ length: sockets }, (_, n) =>
    stack.token({ user: `user-${n}`, tenant: 'bench', roles: ['client'], clients: ['acme'] }),
  );
  return (await Promise.all(tokens)).map((token) => `${stack.wsUrl}?token=${token}`);
}

process.send?.({ urls: await (variant === 'bare ws' ? bareServer() : wholeStack()), trigger });
process.on('disconnect', () => process.exit(0));

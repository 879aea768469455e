import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { deferred } from '../conformance/deferred.ts';
import { emptyApi } from '../conformance/emptyApi.ts';
import { sdk } from '../conformance/managementCalls.ts';
import { handshakeText, rawSocket } from '../conformance/rawSocket.ts';
import { withRig } from '../conformance/rig.ts';
import { createWebSocketGateway } from './index.ts';

test('closing tells every client 1001 and runs no $disconnect', () =>
  withRig({}, async (rig) => {
    const clients = [await rig.open(), await rig.open()];
    await rig.gateway.close();
    for (const client of clients) expect((await client.closed).code).toBe(1001);
    expect(rig.gateway.openConnections()).toBe(0);
    expect(rig.seen('$disconnect').all).toHaveLength(0);
  }));

test('closing lets a slow client read what was sent to it', () =>
  withRig({ closeWaitMs: 60_000, quotas: { sendBufferBytes: 100_000_000 } }, async (rig) => {
    const client = await rig.open();
    client.socket.pause();
    const posts = Array.from({ length: 100 }, () =>
      sdk(rig).post(client.connectionId, Buffer.alloc(131_072, 'x')),
    );
    await Promise.all(posts);
    const closing = rig.gateway.close();
    await rig.refused();
    client.socket.resume();
    expect((await client.closed).code).toBe(1001);
    expect(client.frames.all).toHaveLength(100);
    await closing;
  }));

test('closing waits for invocations under way', async () => {
  const gate = deferred();
  const order: string[] = [];
  const slow = () => gate.promise.then(() => order.push('invocation'));
  await withRig({ functions: { slow }, closeWaitMs: 60_000 }, async (rig) => {
    const client = await rig.open();
    client.socket.send('{"action":"slow"}');
    await rig.seen('slow').next();
    const closing = rig.gateway.close().then(() => order.push('closed'));
    await client.closed;
    await rig.refused();
    gate.resolve();
    await closing;
  });
  expect(order).toEqual(['invocation', 'closed']);
});

test('closing does not wait for ever', () =>
  withRig({ functions: { slow: () => deferred().promise } }, async (rig) => {
    const client = await rig.open();
    client.socket.send('{"action":"slow"}');
    await rig.seen('slow').next();
    await rig.gateway.close();
  }));

test('closing leaves no timer behind, and drops a $disconnect that is late', () =>
  withRig({ faults: { disconnect: () => ({ outcome: 'late', delayMs: 10 }) } }, async (rig) => {
    const gone = await rig.open();
    await rig.open();
    gone.socket.close();
    await gone.closed;
    await rig.gateway.close();
    expect(rig.clock.pending()).toBe(0);
  }));

test('a handshake that is under way while the gateway closes is refused with 503', async () => {
  const gate = deferred();
  await withRig(
    { functions: { $connect: () => gate.promise.then(() => ({ statusCode: 200 })) } },
    async (rig) => {
      const refused = rig.refused();
      await rig.seen('$connect').next();
      await rig.gateway.close();
      gate.resolve();
      expect((await refused).status).toBe(503);
      expect((await rig.refused()).status).toBe(503);
    },
  );
});

test('an API without routes can be served: it opens connections, and knows no message', () =>
  withRig({ api: { routes: [] } }, async (rig) => {
    const client = await rig.dial();
    if ('status' in client) throw new Error('refused');
    expect(JSON.parse(await client.ask({ action: 'x' }))).toMatchObject({ message: 'Forbidden' });
  }));

test.each([
  ['HTTP/1.0', '1.0', 'websocket'],
  ['another protocol', '1.1', 'h2c'],
])('mounted on every upgrade of a server, it refuses %s itself', async (_what, version, upgrade) => {
  const gateway = createWebSocketGateway(emptyApi);
  const server = createServer().on('upgrade', gateway.upgrade).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const raw = rawSocket((server.address() as AddressInfo).port);
  raw.socket.write(handshakeText({ Upgrade: upgrade }, `GET /dev HTTP/${version}`));
  expect(await raw.ended).toMatch(/^HTTP\/1.1 400 /);
  server.close();
});

test('a gateway that was never used closes at once', async () => {
  await createWebSocketGateway(emptyApi).close();
});

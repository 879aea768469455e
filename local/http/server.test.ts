import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { openServer } from './server.ts';

test('a client that asks for a WebSocket while the stack starts is told so, and may vanish', async () => {
  const server = await openServer(0, () => {});
  const client = connect(Number(new URL(server.httpUrl).port), '127.0.0.1');
  client.write('GET /dev HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  const [answer] = await once(client, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 503 /);
  client.resetAndDestroy();
  // Its reset is heard before this request.
  expect((await fetch(server.httpUrl)).status).toBe(503);
  await server.close();
});

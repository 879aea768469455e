import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { rawSocket } from '../../conformance/rawSocket.ts';
import { createHttpGateway, onWebSocketUpgrade, type SpeaksWebSocket, type TakeUpgrade } from '../index.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that tells what it was asked; an upgrade is answered with `taken`. */
async function start(speaksAt?: SpeaksWebSocket) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    asked.push(`${request.method} ${request.url} ${body}`.trim());
    response.end(`answer ${asked.length}`);
  });
  const take: TakeUpgrade = (request, socket, head) => {
    asked.push(`upgrade ${request.url} ${head.toString()}`.trim());
    socket.end('taken');
  };
  onWebSocketUpgrade(server, take, speaksAt);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = rawSocket((server.address() as AddressInfo).port);
  closers.push(() => {
    client.socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { asked, client };
}

const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;
// What curl 7.88 (`--http2`) and the client of Java 17 send.
const curl = (method: string, more: string[] = []) =>
  head(
    `${method} /health HTTP/1.1`,
    'Host: 127.0.0.1:8787',
    'User-Agent: curl/7.88.1',
    'Accept: */*',
    'Connection: Upgrade, HTTP2-Settings',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA',
    ...more,
  );
const java = (method: string, more: string[] = []) =>
  head(
    `${method} /health HTTP/1.1`,
    'Connection: Upgrade, HTTP2-Settings',
    ...more,
    'Host: 127.0.0.1:8787',
    'HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
    'Upgrade: h2c',
    'User-Agent: Java-http-client/17.0.15',
  );

test.each([
  ['curl', curl],
  ['Java', java],
])(
  'an h2c upgrade as %s sends it is ignored, request after request, with a body and without',
  async (_who, send) => {
    const { asked, client } = await start();
    client.socket.write(send('GET'));
    await client.until('answer 1');
    client.socket.write(`${send('POST', ['Content-Length: 5'])}hello`);
    await client.until('answer 2');
    client.socket.write(send('POST', ['Content-Length: 5']));
    client.socket.write('there');
    await client.until('answer 3');
    client.socket.write(`${send('POST', ['Transfer-Encoding: chunked'])}3\r\nabc\r\n0\r\n\r\n`);
    expect(await client.until('answer 4')).not.toContain('101');
    expect(asked).toEqual(['GET /health', 'POST /health hello', 'POST /health there', 'POST /health abc']);
  },
);

test('requests that came in one packet are all answered, in order', async () => {
  const { asked, client } = await start();
  client.socket.write(`${curl('GET')}${curl('POST', ['Content-Length: 2'])}hi${curl('GET')}`);
  const text = await client.until('answer 3');
  expect(text.match(/answer \d/g)).toEqual(['answer 1', 'answer 2', 'answer 3']);
  expect(asked).toEqual(['GET /health', 'POST /health hi', 'GET /health']);
});

test('a large body is read whole behind an upgrade that is ignored', async () => {
  const { asked, client } = await start();
  const body = 'x'.repeat(1_000_000);
  client.socket.write(curl('POST', [`Content-Length: ${body.length}`]) + body);
  await client.until('answer 1');
  expect(asked).toEqual([`POST /health ${body}`]);
});

test.each([
  ['another protocol', 'HTTP/1.1', ['Connection: Upgrade', 'Upgrade: TLS/1.0, IRC/6.9']],
  ['a list without websocket', 'HTTP/1.1', ['Connection: Upgrade', 'Upgrade: h2c, websockets']],
  ['an upgrade of HTTP/1.0', 'HTTP/1.0', ['Connection: Upgrade', 'Upgrade: websocket']],
  ['an upgrade that Connection does not name', 'HTTP/1.1', ['Connection: keep-alive', 'Upgrade: websocket']],
])('%s is ignored', async (_what, version, lines) => {
  const { asked, client } = await start();
  client.socket.write(head(`GET /health ${version}`, 'Host: x', ...lines));
  await client.until('answer 1');
  expect(asked).toEqual(['GET /health']);
});

test.each(['websocket', 'WebSocket', 'websocket, foo', 'h2c, websocket'])(
  'Upgrade: %s is a WebSocket’s, with the bytes behind it',
  async (upgrade) => {
    const { asked, client } = await start();
    client.socket.write(
      `${head('GET /dev HTTP/1.1', 'Host: x', 'Connection: Upgrade', `Upgrade: ${upgrade}`)}behind`,
    );
    await client.until('taken');
    expect(asked).toEqual(['upgrade /dev behind']);
  },
);

test('a WebSocket may follow on a connection whose first upgrade was ignored', async () => {
  const { asked, client } = await start();
  client.socket.write(curl('GET'));
  await client.until('answer 1');
  client.socket.write(head('GET /dev HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket'));
  await client.until('taken');
  expect(asked).toEqual(['GET /health', 'upgrade /dev']);
});

test('a WebSocket is not spoken at an address of the HTTP API beside it, whatever its $default route takes', async () => {
  const http = createHttpGateway({
    apiId: 'web123',
    stage: '$default',
    region: 'eu-west-1',
    accountId: '123456789012',
    routes: ['GET /health', '$default'].map((routeKey) => ({ routeKey, invoke: async () => ({}) })),
  });
  const { asked, client } = await start((request) => !http.hasRoute(request));
  const upgradeOf = (path: string) =>
    head(`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket');
  client.socket.write(upgradeOf('/health'));
  await Promise.race([client.until('answer 1'), client.until('taken')]);
  expect(asked).toEqual(['GET /health']);
  client.socket.write(upgradeOf('/dev'));
  await client.until('taken');
  expect(asked).toEqual(['GET /health', 'upgrade /dev']);
});

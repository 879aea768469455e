import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CannotStart } from '../cannotStart.ts';
import { type LoopbackServer, openLoopbackServer } from './loopbackServer.ts';

/** What came through to the server's own code. */
const heard: string[] = [];
let server: LoopbackServer;
/** What was told of requests that did not come through. */
const refusals: string[] = [];
/** What the server's own code would answer with. */
let answer: Record<string, string> = {};
/** How it fails instead. */
let failing: (() => Promise<void>) | undefined;
const throwing = () => {
  throw new Error('at once');
};

beforeAll(async () => {
  server = await openLoopbackServer({
    request(asked, response) {
      heard.push(`${asked.method}`);
      if (failing) return failing();
      response.setHeader('access-control-max-age', '60');
      response.writeHead(200, answer).end('{}');
    },
    onRefused: (status, why) => refusals.push(`${status} ${why}`),
    upgrade(_asked, socket) {
      heard.push('upgrade');
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n');
    },
  });
});
afterAll(() => server.close());

async function ask(headers: Record<string, string>, method = 'POST') {
  heard.length = 0;
  const asked = request({ host: '127.0.0.1', port: server.port, method, headers, agent: false });
  asked.end(method === 'POST' ? '{}' : undefined);
  const [answered] = (await once(asked, 'response')) as [IncomingMessage];
  answered.resume();
  await once(answered, 'end');
  return { status: answered.statusCode, heard: [...heard], headers: answered.headers };
}

/** Of a request that no HTTP client would send. */
async function statusOf(lines: readonly string[]): Promise<number> {
  const socket = connect(server.port, '127.0.0.1');
  socket.write([...lines, '', ''].join('\r\n'));
  let text = '';
  for await (const part of socket) {
    text += String(part);
    if (text.includes('\r\n\r\n')) break;
  }
  return Number(text.split(' ')[1]);
}

const ours = () => `127.0.0.1:${server.port}`;
const loopbacks = ['127.0.0.1:4510', 'localhost', 'localhost:5173', '127.8.9.10:1', '[::1]:4510'];
const strangers = [
  'evil.example',
  'evil.example:4510',
  'localhost.evil.example',
  '127.0.0.1.evil.example:4510',
  '0.0.0.0:4510',
  '192.168.1.5:4510',
  '[::]:4510',
  '[::ffff:10.0.0.1]:4510',
  'my-laptop.local:4510',
];

test.each(loopbacks)('a request to the Host %s is served', async (host) => {
  expect(await ask({ host })).toMatchObject({ status: 200, heard: ['POST'] });
});

test.each(strangers)('a request to the Host %s is refused, whoever sends it', async (host) => {
  for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
    expect(await ask({ host }, method)).toMatchObject({ status: 403, heard: [] });
  }
});

test('a Host that is absent, empty, doubled or malformed is refused with 400, and the next request is served', async () => {
  const hosts = [
    [],
    [''],
    ['localhost', 'localhost'],
    ['localhost', 'evil.example'],
    ['localhost:4510 evil.example'],
    ['evil.example:127.0.0.1'],
  ];
  for (const upgrade of [[], ['Connection: Upgrade', 'Upgrade: websocket']]) {
    for (const names of hosts) {
      heard.length = 0;
      const lines = ['GET /health HTTP/1.1', ...names.map((name) => `Host: ${name}`), ...upgrade];
      expect({ lines, status: await statusOf(lines), heard }).toEqual({ lines, status: 400, heard: [] });
      expect(await ask({ host: ours() })).toMatchObject({ status: 200 });
    }
  }
});

test('a handler that throws, at once or later, is a 500, and the next request is served', async () => {
  for (failing of [() => Promise.reject(new Error('later')), throwing]) {
    expect(await ask({ host: ours() })).toMatchObject({ status: 500 });
  }
  failing = undefined;
  expect(await ask({ host: ours() })).toMatchObject({ status: 200 });
});

test.each(loopbacks)('a page of %s is served', async (host) => {
  for (const origin of [`http://${host}`, `https://${host}`]) {
    expect(await ask({ host: ours(), origin })).toMatchObject({ status: 200, heard: ['POST'] });
  }
});

test.each([
  'null',
  '',
  'file://',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'https://localhost@evil.example',
  'http://evil.example:127.0.0.1',
  ...strangers.map((host) => `http://${host}`),
])('a page of "%s" is refused', async (origin) => {
  for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
    expect(await ask({ host: ours(), origin }, method)).toMatchObject({ status: 403, heard: [] });
  }
});

test('an image or frame of a page elsewhere is refused, and a link from there may be followed', async () => {
  const fetched = (site: string, dest: string) =>
    ask({ host: ours(), 'sec-fetch-site': site, 'sec-fetch-dest': dest }, 'GET');
  expect(await fetched('cross-site', 'image')).toMatchObject({ status: 403, heard: [] });
  expect(await fetched('cross-site', 'iframe')).toMatchObject({ status: 403, heard: [] });
  expect(await fetched('cross-site', 'document')).toMatchObject({ status: 200 });
  expect(await fetched('none', 'document')).toMatchObject({ status: 200 });
  expect(await fetched('same-origin', 'image')).toMatchObject({ status: 200 });
});

test('an answer lets no page read it but the loopback page that asked', async () => {
  const origin = 'http://localhost:5173';
  const allowances = { 'Access-Control-Allow-Headers': 'x', 'access-control-allow-methods': 'POST' };
  const allowing = async (allowed: string, asking: Record<string, string>) => {
    answer = { ...allowances, 'access-control-allow-origin': allowed, 'x-other': 'stays' };
    const { headers } = await ask({ host: ours(), ...asking });
    expect(headers).toMatchObject({ 'x-other': 'stays' });
    return Object.keys(headers).filter((name) => name.startsWith('access-control-'));
  };
  expect(await allowing('*', { origin })).toEqual([]);
  expect(await allowing('*', {})).toEqual([]);
  expect(await allowing('https://evil.example', { origin })).toEqual([]);
  expect(await allowing('http://localhost:5173', {})).toEqual([]);
  expect(await allowing('http://localhost:5173', { origin })).toHaveLength(3);
  answer = {};
});

describe('an upgrade', () => {
  async function upgrade(headers: Record<string, string>) {
    heard.length = 0;
    const lines = Object.entries({ connection: 'Upgrade, close', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    const status = await statusOf(['GET /dev HTTP/1.1', ...lines]);
    return { status, heard: [...heard] };
  }

  test('to a WebSocket is refused for its Host, and left to the authorizer for its Origin', async () => {
    const handshake = { upgrade: 'websocket', origin: 'https://evil.example' };
    expect(await upgrade({ ...handshake, host: ours() })).toEqual({ status: 200, heard: ['upgrade'] });
    expect(await upgrade({ ...handshake, host: 'evil.example' })).toEqual({ status: 403, heard: [] });
  });

  test('to anything else is an ordinary request, and judged as one', async () => {
    const other = { upgrade: 'h2c', host: ours() };
    expect(await upgrade({ ...other, origin: 'https://evil.example' })).toEqual({ status: 403, heard: [] });
    expect(await upgrade(other)).toEqual({ status: 200, heard: ['GET'] });
  });

  test('that each request offers leaves nothing behind on its connection', async () => {
    const listeners: number[][] = [];
    const own = await openLoopbackServer({
      request({ socket }, response) {
        listeners.push(['pause', 'resume', 'close', 'error'].map((event) => socket.listenerCount(event)));
        response.end();
      },
      upgrade: () => {},
    });
    const client = connect(own.port, '127.0.0.1');
    const lines = [`Host: ${ours()}`, 'Connection: Upgrade', 'Upgrade: h2c', '', ''];
    for (let request = 0; request < 3; request++) {
      client.write(['GET / HTTP/1.1', ...lines].join('\r\n'));
      await once(client, 'data');
    }
    await own.close();
    expect(listeners[2]).toEqual(listeners[0]);
  });
});

test('each refusal is told once, with what is wrong and nothing of the request', async () => {
  refusals.length = 0;
  await ask({ host: 'evil.example' });
  await ask({ host: ours(), origin: 'https://evil.example' });
  await statusOf(['GET / HTTP/1.1', 'Host: evil.example', 'Connection: Upgrade', 'Upgrade: websocket']);
  await ask({ host: ours() });
  expect(refusals).toEqual([
    '403 The Host must be 127.0.0.1, localhost or [::1].',
    '403 Only pages of this machine may call the local stack.',
    '403 The Host must be 127.0.0.1, localhost or [::1].',
  ]);
});

test('a port that is taken is a sentence that says what to do', async () => {
  const taken = openLoopbackServer({ port: server.port, whenTaken: 'try 7', request: () => {} });
  await expect(taken).rejects.toThrow(new CannotStart(`Port ${server.port} is already in use: try 7.`));
});

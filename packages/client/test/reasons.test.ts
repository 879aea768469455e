import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  askHealth,
  type Client,
  type ClientOptions,
  createClient,
  type Status,
  type WebSocketConstructor,
} from '../src/index.ts';
import { createTestServer } from '../testing/index.ts';
import { startClient } from './startClient.ts';
import { openTabs } from './testBrowser.ts';

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that refuses every handshake. */
function refusing(status: number): Promise<string> {
  const server = createServer();
  server.on('upgrade', (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`));
  return listening(server);
}

function clientOf(host: string, options: Partial<ClientOptions> = {}): Client {
  const client = createClient({
    url: `ws://${host}/dev`,
    getToken: () => 'secret-token',
    WebSocket,
    ...options,
  });
  onTestFinished(() => client.close());
  client.connect();
  return client;
}

const reasonOf = (
  { status }: Client,
  fits: (status: Status) => boolean = ({ reason }) => reason !== undefined,
) =>
  new Promise<string | undefined>((resolve) => {
    const look = () => {
      if (!fits(status.getSnapshot())) return;
      stop();
      resolve(status.getSnapshot().reason);
    };
    const stop = status.subscribe(look);
    look();
  });

test.each([401, 403, 429, 503])(
  'where the WebSocket tells it, the reason says that a handshake got %i',
  async (code) => {
    const client = clientOf(await refusing(code));
    expect(await reasonOf(client)).toBe(`closed with 1006: Unexpected server response: ${code}`);
  },
);

async function closedPort(): Promise<string | undefined> {
  const server = createServer();
  const [, port] = (await listening(server)).split(':');
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test.each(['127.0.0.1', 'localhost'])('the reason says that nobody listens on %s', async (host) => {
  expect(await reasonOf(clientOf(`${host}:${await closedPort()}`))).toMatch(
    /^closed with 1006: .*ECONNREFUSED/,
  );
});

/** A WebSocket whose handshakes fail as it says. */
const failing = (...events: object[]): WebSocketConstructor =>
  class {
    onopen = () => {};
    onmessage = () => {};
    onerror = (_: unknown) => {};
    onclose = (_: { code: number }) => {};
    constructor() {
      queueMicrotask(() => {
        for (const event of events) this.onerror(event);
        this.onclose({ code: 1006 });
      });
    }
    send() {}
    close() {}
  };

test.each([
  ['a browser', {}],
  ['Node’s own WebSocket', { message: 'Received network error or non-101 status code.' }],
])('where %s tells nothing, the reason says what it may be', async (_, event) => {
  const { server, client } = startClient({ WebSocket: failing(event) });
  client.connect();
  await server.advance(0);
  const { reason } = client.status.getSnapshot();
  expect(reason).toMatch(/no server.*\(401\).*Origin \(403\).*\(429\)/);
});

test('an attempt that failed with an error and without a close, as in Node’s own WebSocket, is over', async () => {
  const silent = class extends failing({ message: 'a reason' }) {
    constructor(...given: ConstructorParameters<WebSocketConstructor>) {
      super(...given);
      Object.defineProperty(this, 'onclose', { get: () => () => {}, set: () => {} });
    }
  };
  const { server, client } = startClient({ WebSocket: silent });
  client.connect();
  await server.advance(0);
  expect(client.status.getSnapshot()).toMatchObject({
    state: 'waiting',
    reason: 'closed with 1006: a reason',
  });
});

test('what a WebSocket says is told without the token', async () => {
  const { server, client } = startClient({
    getToken: () => 'secret-token',
    WebSocket: failing({ message: 'no bearer.secret-token here, secret-token' }),
  });
  client.connect();
  await server.advance(0);
  expect(client.status.getSnapshot().reason).toBe('closed with 1006: no bearer.… here, …');
});

/** An HTTP server that is asked for its health. */
async function healthServer(status: number) {
  const asked: string[] = [];
  const server = createServer(({ url = '' }, answer) => {
    asked.push(url);
    answer.writeHead(status).end();
  });
  return { asked, httpUrl: `http://${await listening(server)}` };
}

test('with askHealth the reason says once that the server is up, and so refuses', async () => {
  const { asked, httpUrl } = await healthServer(200);
  const client = clientOf('a.invalid', {
    WebSocket: failing({}),
    diagnose: askHealth(`${httpUrl}/`),
    random: () => 0,
  });
  const isExplained = ({ reason = '', attempt }: Status) =>
    reason.startsWith('the server is up') && attempt > 20;
  expect(await reasonOf(client, isExplained)).toMatch(/refuses the token \(401\)/);
  expect(asked).toEqual(['/health']);
});

test.each([
  ['is not there', async () => ({ httpUrl: `http://127.0.0.1:${await closedPort()}` })],
  ['answers 503', () => healthServer(503)],
])('with askHealth the reason says that a server which %s cannot be reached', async (_, at) => {
  const { httpUrl } = await at();
  const client = clientOf('a.invalid', { WebSocket: failing({}), diagnose: askHealth(httpUrl) });
  const isExplained = ({ reason = '' }: Status) => reason === 'the server is down or out of reach';
  await reasonOf(client, isExplained);
  expect(client.status.getSnapshot()).toMatchObject({ state: expect.stringMatching(/waiting|connecting/) });
});

test('nobody is asked where the WebSocket tells, and what was found is of one outage', async () => {
  const asked = vi.fn(async () => ({ status: 200 }));
  vi.stubGlobal('fetch', asked);
  onTestFinished(() => void vi.unstubAllGlobals());
  const explained = startClient({
    WebSocket: failing({ message: 'a reason' }),
    diagnose: askHealth('https://a.invalid'),
  });
  explained.client.connect();
  await explained.server.advance(10_000);
  expect(asked).not.toHaveBeenCalled();
  const { server, client, statuses } = startClient({ diagnose: askHealth('https://a.invalid') });
  for (let outage = 1; outage < 3; outage++) {
    server.refuse(3);
    server.drop();
    client.connect();
    await server.advance(20_000);
    expect(client.status.getSnapshot()).toMatchObject({ state: 'open', reason: undefined });
    expect(asked).toHaveBeenCalledTimes(outage);
  }
  const waits = statuses.filter(({ state }) => state === 'waiting').map(({ reason }) => reason);
  expect(waits.filter((reason) => reason?.startsWith('the server is up')).length).toBeGreaterThan(3);
});

test('who closes the client waits for no answer about the server’s health', async () => {
  const signals: AbortSignal[] = [];
  vi.stubGlobal('fetch', (_: string, { signal }: { signal: AbortSignal }) => {
    signals.push(signal);
    return new Promise(() => {});
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const { server, client } = startClient({ diagnose: askHealth('https://a.invalid') });
  server.refuse(1);
  client.connect();
  await server.advance(0);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  client.close();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

test('tabs that share a socket are all told what it said', async () => {
  const server = createTestServer();
  const shared = { WebSocket: failing({ message: 'Unexpected server response: 403' }) };
  const { tabs } = await openTabs(server, { shared }, { shared });
  const reasons = tabs.map(({ client }) => client.status.getSnapshot().reason);
  expect(reasons).toEqual(tabs.map(() => 'closed with 1006: Unexpected server response: 403'));
});

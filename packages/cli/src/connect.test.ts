import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { connect } from './connect.ts';
import { topicTail } from './topicTail.ts';

let server: WebSocketServer;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterEach(() => {
  vi.useRealTimers();
  for (const socket of server.clients) socket.terminate();
  server.close();
});

/** A connection to a server whose every word is in the test's hand. */
async function open(stop = new AbortController()) {
  const printed: string[] = [];
  const { port } = server.address() as AddressInfo;
  const line = { url: `ws://127.0.0.1:${port}`, token: 'abc', stop: stop.signal };
  const arrived = once(server, 'connection') as Promise<[WebSocket, { url: string; headers: object }]>;
  const ended = connect({ ...line, print: (text: string) => printed.push(text) }, topicTail('msp'));
  const [socket, request] = await arrived;
  const next = async () => {
    const [data] = await once(socket, 'message');
    return JSON.parse(String(data)) as { action: string; ref: string };
  };
  return { ended, socket, request, printed, next, stop };
}

const checkMs = 30_000;

async function answerSubscribe(socket: WebSocket, next: () => Promise<{ ref: string }>): Promise<void> {
  const { ref } = await next();
  const payload = { epoch: 'e', seq: 0, recovered: false };
  socket.send(JSON.stringify({ type: 'subscribed', ref, topic: 'msp', payload }));
  await isRead(socket);
}

/** The pong comes after all that was sent before has been read. */
async function isRead(socket: WebSocket): Promise<void> {
  socket.ping();
  await once(socket, 'pong');
}

test('the token goes by subprotocol and not into the address', async () => {
  const { request, next } = await open();
  expect(request.headers).toMatchObject({ 'sec-websocket-protocol': 'tidings.v1,bearer.abc' });
  expect(request.url).toBe('/');
  expect(await next()).toMatchObject({ action: 'subscribe', topic: 'msp' });
});

test('a server that does not answer a check until the next one is given up', async () => {
  const { ended, next, socket } = await open();
  await answerSubscribe(socket, next);
  vi.advanceTimersByTime(checkMs);
  await next();
  vi.advanceTimersByTime(checkMs);
  expect(await ended).toMatchObject({ reconnect: 'backoff', reason: 'the connection was lost' });
});

test('a server that answers the checks is kept', async () => {
  const { ended, next, socket, printed } = await open();
  await answerSubscribe(socket, next);
  for (let round = 0; round < 3; round++) {
    vi.advanceTimersByTime(checkMs);
    const check = await next();
    expect(check.action).toBe('sync');
    socket.send(JSON.stringify({ type: 'ack', ref: check.ref, payload: { behind: {} } }));
    await isRead(socket);
  }
  socket.close(1001);
  expect(await ended).toMatchObject({ heard: true });
  expect(printed).toHaveLength(1);
});

test('why the server closes is what the connection ended with', async () => {
  const { ended, next, socket } = await open();
  await next();
  const payload = { code: 4503, reason: 'The server is being drained.', reconnect: 'now' };
  socket.send(JSON.stringify({ type: 'disconnect', payload }));
  socket.close(1000);
  expect(await ended).toMatchObject({ reconnect: 'now', reason: 'The server is being drained.' });
});

test('a stop closes the connection in good order', async () => {
  const { ended, next, socket, stop } = await open();
  await next();
  const closed = once(socket, 'close');
  stop.abort();
  expect((await closed)[0]).toBe(1000);
  await ended;
});

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { sharedTextFrame, textFrame } from './textFrame.ts';

let server: WebSocketServer;
beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
});
afterAll(() => server.close());

/** What a client makes of these frames. */
async function read(frames: readonly Buffer[]): Promise<{ text: string; isBinary: boolean }[]> {
  server.once('connection', (socket, { socket: wire }) => {
    for (const frame of frames) wire.write(frame);
    socket.close();
  });
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const got: { text: string; isBinary: boolean }[] = [];
  client.on('message', (data, isBinary) => got.push({ text: String(data), isBinary }));
  await once(client, 'close');
  return got;
}

test('a client reads a text as it was, at each length at which the frame’s header changes', async () => {
  const texts = [0, 1, 125, 126, 65_535, 65_536, 131_072].map((length) => 'x'.repeat(length));
  const expected = texts.map((text) => ({ text, isBinary: false }));
  expect(await read(texts.map(textFrame))).toEqual(expected);
  expect(await read(texts.map((text) => textFrame(Buffer.from(text))))).toEqual(expected);
});

test('a length counts bytes and not characters', async () => {
  const text = 'grüße 👋'.repeat(20);
  expect(await read([textFrame(text), textFrame(Buffer.from(text))])).toMatchObject([{ text }, { text }]);
});

test('the same bytes one after the other get one frame, also once their buffer was used again', () => {
  const [one, same] = [Buffer.from('hello'), Buffer.from('hello')];
  const frame = sharedTextFrame(one);
  expect(sharedTextFrame(same)).toBe(frame);
  one.write('other');
  expect(sharedTextFrame(one)).toEqual(textFrame('other'));
  expect(sharedTextFrame(same)).toEqual(textFrame('hello'));
  expect(sharedTextFrame(Buffer.alloc(0))).toEqual(textFrame(''));
});

import { expect } from 'vitest';
import { cases, sources } from './conformanceCase.ts';
import { frame, handshakeText, rawSocket } from './rawSocket.ts';
import type { Rig } from './rig.ts';
import { withRig } from './rig.ts';
import type { SocketClient } from './socketClient.ts';

const frameBytes = 32_768;
const messageBytes = 131_072;
const idleMs = 600_000;
const message = (bytes: number) =>
  JSON.stringify({ action: 'size', pad: '' }).replace('""', `"${'x'.repeat(bytes - 26)}"`);
const sized = {
  functions: { size: ({ body }: { body: string }) => ({ statusCode: 200, body: String(body.length) }) },
};

/** Sends a message in frames of at most `size`, as `ws` does only when it is told to. */
function sendInFrames({ socket }: SocketClient, text: string, size: number): void {
  for (let at = 0; at < text.length; at += size) {
    socket.send(text.slice(at, at + size), { fin: at + size >= text.length });
  }
}

const closesWith = (code: number, act: (client: SocketClient, rig: Rig) => void) => () =>
  withRig(sized, async (rig) => {
    const client = await rig.open();
    act(client, rig);
    expect((await client.closed).code).toBe(code);
    const { requestContext } = await rig.seen('$disconnect').next();
    expect(requestContext).toMatchObject({ connectionId: client.connectionId, disconnectStatusCode: code });
    expect(rig.seen('size').all).toHaveLength(0);
    expect(rig.gateway.openConnections()).toBe(0);
  });

/** The connection is open at `idleMs - 1` after the activity, and closed at `idleMs`. */
async function expectIdleFrom(client: SocketClient, rig: Rig): Promise<void> {
  await rig.clock.advance(idleMs - 1);
  expect(rig.gateway.openConnections()).toBe(1);
  await rig.clock.advance(1);
  expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
}

export const limitCases = cases(
  [
    'D',
    sources.quotas,
    'a frame of 32 KB is served',
    () =>
      withRig(sized, async (rig) => {
        expect(message(frameBytes)).toHaveLength(frameBytes);
        expect(await (await rig.open()).ask(message(frameBytes))).toBe(String(frameBytes));
      }),
  ],
  [
    'D',
    sources.quotas,
    'a frame above 32 KB closes with 1009',
    closesWith(1009, ({ socket }) => socket.send(message(frameBytes + 1))),
  ],
  [
    'D',
    sources.quotas,
    'a frame above 64 KB closes with 1009',
    closesWith(1009, ({ socket }) => socket.send(message(100_000))),
  ],
  [
    'D',
    sources.quotas,
    'a message of 128 KB in frames of 32 KB is served',
    () =>
      withRig(sized, async (rig) => {
        const client = await rig.open();
        sendInFrames(client, message(messageBytes), frameBytes);
        expect(await client.frames.next()).toBe(String(messageBytes));
      }),
  ],
  [
    'D',
    sources.quotas,
    'a message above 128 KB in small frames closes with 1009',
    closesWith(1009, (client) => sendInFrames(client, message(messageBytes + 1), frameBytes)),
  ],
  [
    'D',
    sources.quotas,
    'a large frame within a fragmented message closes with 1009',
    closesWith(1009, ({ socket }) => {
      socket.send(message(100).slice(0, 50), { fin: false });
      socket.send('x'.repeat(frameBytes + 1), { fin: true });
    }),
  ],
  [
    'D',
    sources.quotas,
    'the length counts in bytes, not in characters',
    closesWith(1009, ({ socket }) =>
      socket.send(JSON.stringify({ action: 'size', pad: '€'.repeat(11_000) })),
    ),
  ],
  [
    'D',
    sources.quotas,
    'a message before the large frame, in the same packet, is still served',
    () =>
      withRig(sized, async (rig) => {
        const raw = rawSocket(rig.port);
        raw.socket.write(handshakeText());
        await raw.until('\r\n\r\n');
        const small = frame(1, Buffer.from(message(40)));
        raw.socket.write(Buffer.concat([small, frame(1, Buffer.from(message(frameBytes + 1)))]));
        await rig.seen('size').next();
        expect((await rig.seen('$disconnect').next()).requestContext.disconnectStatusCode).toBe(1009);
        expect(rig.seen('size').all).toHaveLength(1);
      }),
  ],
  [
    'D',
    sources.quotas,
    'a frame whose header arrives byte by byte is measured all the same',
    () =>
      withRig(sized, async (rig) => {
        const raw = rawSocket(rig.port);
        raw.socket.setNoDelay(true);
        raw.socket.write(handshakeText());
        await raw.until('\r\n\r\n');
        for (const byte of frame(1, Buffer.alloc(70_000)).subarray(0, 14))
          raw.socket.write(Buffer.from([byte]));
        expect((await rig.seen('$disconnect').next()).requestContext.disconnectStatusCode).toBe(1009);
      }),
  ],
  [
    'D',
    sources.binary,
    'a binary frame closes with 1003',
    closesWith(1003, ({ socket }) => socket.send(Buffer.from('{"action":"size"}'))),
  ],
  [
    'D',
    sources.quotas,
    'without data for 10 min a connection is closed: 1001 Going away',
    () => withRig({}, async (rig) => expectIdleFrom(await rig.open(), rig)),
  ],
  [
    'O',
    'https://hotsock.io/docs/connections/keep-alive',
    'a message from the client starts the 10 min anew',
    () =>
      withRig({ functions: { quiet: () => ({ statusCode: 200 }) } }, async (rig) => {
        const client = await rig.open();
        await rig.clock.advance(500_000);
        client.socket.send('{"action":"quiet"}');
        await rig.seen('quiet').next();
        await expectIdleFrom(client, rig);
      }),
  ],
  [
    'O',
    'https://hotsock.io/docs/connections/keep-alive',
    'a message to the client starts the 10 min anew',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        await rig.clock.advance(500_000);
        const url = `${rig.origin}/dev/@connections/${encodeURIComponent(client.connectionId)}`;
        await fetch(url, { method: 'POST', body: 'hello', headers: { authorization: 'none' } });
        await expectIdleFrom(client, rig);
      }),
  ],
  [
    'D',
    sources.quotas,
    'after 2 h a busy connection is closed as well',
    () =>
      withRig({}, async (rig) => {
        const client = await rig.open();
        for (let minutes = 0; minutes < 119; minutes += 7) {
          await rig.clock.advance(7 * 60_000);
          await client.ask({ action: 'echo' });
        }
        expect(rig.gateway.openConnections()).toBe(0 + 1);
        await rig.clock.advance(60_000);
        await client.closed;
      }),
  ],
);

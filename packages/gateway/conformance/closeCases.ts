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
  rig.clock.advance(idleMs - 1);
  expect(rig.gateway.openConnections()).toBe(1);
  rig.clock.advance(1);
  expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
}

export const closeCases = cases(
  [
    'D',
    sources.connectRoutes,
    'the server closing runs $disconnect, with its code and reason',
    () =>
      withRig({}, async (rig) => {
        const { connectionId } = await rig.open();
        rig.clock.advance(idleMs);
        expect((await rig.seen('$disconnect').next()).requestContext).toMatchObject({
          connectionId,
          disconnectStatusCode: 1001,
          disconnectReason: 'Going away',
        });
      }),
  ],
  [
    'O',
    'https://github.com/aws-powertools/powertools-lambda-python/blob/develop/tests/events/apiGatewayWebSocketApiDisconnect.json',
    'a client that closes without a code is told of as 1005',
    () =>
      withRig({}, async (rig) => {
        (await rig.open()).socket.close();
        expect((await rig.seen('$disconnect').next()).requestContext).toMatchObject({
          disconnectStatusCode: 1005,
          disconnectReason: 'Client-side close frame status not set',
        });
      }),
  ],
  [
    'O',
    'https://github.com/boto/boto3/issues/3789',
    "a client's own code and reason reach $disconnect",
    () =>
      withRig({}, async (rig) => {
        (await rig.open()).socket.close(4321, 'enough');
        expect((await rig.seen('$disconnect').next()).requestContext).toMatchObject({
          disconnectStatusCode: 4321,
          disconnectReason: 'enough',
        });
      }),
  ],
  [
    'O',
    'https://github.com/boto/boto3/issues/3789',
    'a browser that leaves the page is told of as 1001 Going away',
    () =>
      withRig({}, async (rig) => {
        (await rig.open()).socket.close(1001);
        expect((await rig.seen('$disconnect').next()).requestContext).toMatchObject({
          disconnectStatusCode: 1001,
          disconnectReason: 'Going away',
        });
      }),
  ],
  [
    'D',
    sources.connectRoutes,
    '$disconnect runs when the client vanishes without a word: 1006',
    () =>
      withRig({}, async (rig) => {
        (await rig.open()).socket.terminate();
        expect((await rig.seen('$disconnect').next()).requestContext.disconnectStatusCode).toBe(1006);
      }),
  ],
  [
    'D',
    'https://datatracker.ietf.org/doc/html/rfc6455#section-7.4.1',
    'text that is not UTF-8 closes with 1007',
    () =>
      withRig(sized, async (rig) => {
        const raw = rawSocket(rig.port);
        raw.socket.write(handshakeText());
        await raw.until('\r\n\r\n');
        raw.socket.write(frame(1, Buffer.from([0xc3, 0x28])));
        expect((await rig.seen('$disconnect').next()).requestContext.disconnectStatusCode).toBe(1007);
      }),
  ],
  [
    'D',
    'https://datatracker.ietf.org/doc/html/rfc6455#section-7.4.1',
    'a frame that breaks the protocol closes with 1002',
    () =>
      withRig(sized, async (rig) => {
        const raw = rawSocket(rig.port);
        raw.socket.write(handshakeText());
        await raw.until('\r\n\r\n');
        raw.socket.write(frame(0x3, Buffer.from('x')));
        expect((await rig.seen('$disconnect').next()).requestContext.disconnectStatusCode).toBe(1002);
      }),
  ],
  [
    'D',
    sources.connectRoutes,
    '$disconnect runs once for each connection',
    () =>
      withRig({}, async (rig) => {
        const first = await rig.open();
        const second = await rig.open();
        first.socket.close(1000);
        await first.closed;
        rig.clock.advance(2 * idleMs);
        await second.closed;
        const ended = [await rig.seen('$disconnect').next(), await rig.seen('$disconnect').next()];
        expect(ended.map(({ requestContext }) => requestContext.connectionId)).toEqual([
          first.connectionId,
          second.connectionId,
        ]);
        expect(rig.seen('$disconnect').all).toHaveLength(2);
        expect(rig.clock.pending()).toBe(0);
      }),
  ],
);

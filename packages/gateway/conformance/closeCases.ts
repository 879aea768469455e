import { expect } from 'vitest';
import { cases, sources } from './conformanceCase.ts';
import { frame, handshakeText, rawSocket } from './rawSocket.ts';
import { withRig } from './rig.ts';

const idleMs = 600_000;

export const closeCases = cases(
  [
    'D',
    sources.connectRoutes,
    'the server closing runs $disconnect, with its code and reason',
    () =>
      withRig({}, async (rig) => {
        const { connectionId } = await rig.open();
        await rig.clock.advance(idleMs);
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
      withRig({}, async (rig) => {
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
      withRig({}, async (rig) => {
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
        await rig.clock.advance(2 * idleMs);
        await second.closed;
        // The server has read the end of both sockets once it has served another client.
        const third = await rig.open();
        await third.ask({ action: 'echo' });
        const ended = [await rig.seen('$disconnect').next(), await rig.seen('$disconnect').next()];
        expect(ended.map(({ requestContext }) => requestContext.connectionId)).toEqual([
          first.connectionId,
          second.connectionId,
        ]);
        expect(rig.seen('$disconnect').all).toHaveLength(2);
        expect(rig.clock.pending()).toBe(2);
      }),
  ],
);

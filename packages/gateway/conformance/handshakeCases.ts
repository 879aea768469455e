import { expect } from 'vitest';
import { cases, sources } from './conformanceCase.ts';
import { deferred } from './deferred.ts';
import { frame, handshakeText, rawSocket } from './rawSocket.ts';
import { withRig } from './rig.ts';

const rfc9110 = 'https://www.rfc-editor.org/rfc/rfc9110';
const answer = (statusCode: number, more: Record<string, unknown> = {}) => ({
  functions: { $connect: () => ({ statusCode, ...more }) },
});
const subprotocol = (name: string, value: string) => answer(200, { headers: { [name]: value } });

const passesThrough = [400, 401, 403, 404, 429, 500, 503].map(
  (status) =>
    [
      'D',
      sources.subprotocol,
      `a ${status} from $connect becomes the status of the handshake, with the function's body`,
      () =>
        withRig(answer(status, { body: `no ${status}` }), async (rig) => {
          expect(await rig.refused()).toMatchObject({ status, body: `no ${status}` });
        }),
    ] as const,
);

export const handshakeCases = cases(
  ...passesThrough,
  [
    'D',
    sources.connectRoutes,
    'a connection opens when $connect answers 200',
    () =>
      withRig({}, async (rig) => {
        await rig.open();
        expect(rig.gateway.openConnections()).toBe(1);
      }),
  ],
  [
    'D',
    sources.connectRoutes,
    'any 2xx from $connect opens the connection',
    () =>
      withRig(answer(204), async (rig) => {
        await rig.open();
      }),
  ],
  [
    'D',
    sources.connectRoutes,
    'a $connect route is optional',
    () =>
      withRig({ functions: { $connect: undefined } }, async (rig) => {
        expect(await rig.dial()).not.toHaveProperty('status');
      }),
  ],
  [
    'D',
    sources.connectRoutes,
    'a $connect route needs no integration',
    () =>
      withRig({ routes: [{ routeKey: '$connect', routeResponse: false }] }, async (rig) => {
        expect(await rig.dial()).not.toHaveProperty('status');
      }),
  ],
  [
    'D',
    sources.connectRoutes,
    'the handshake waits for $connect',
    () => {
      const gate = deferred();
      return withRig(
        { functions: { $connect: () => gate.promise.then(() => ({ statusCode: 200 })) } },
        async (rig) => {
          const opening = rig.dial();
          await rig.seen('$connect').next();
          expect(rig.gateway.openConnections()).toBe(0);
          gate.resolve();
          await opening;
          expect(rig.gateway.openConnections()).toBe(1);
        },
      );
    },
  ],
  [
    'D',
    sources.connectRoutes,
    'a refused handshake runs no $disconnect',
    () =>
      withRig(
        { functions: { $connect: ({ headers }) => ({ statusCode: headers.Cookie ? 200 : 403 }) } },
        async (rig) => {
          await rig.refused();
          const admitted = await rig.open({ headers: { cookie: 'yes' } });
          admitted.socket.close();
          const { requestContext } = await rig.seen('$disconnect').next();
          expect(requestContext.connectionId).toBe(rig.seen('$connect').all[1]?.requestContext.connectionId);
        },
      ),
  ],
  [
    'D',
    sources.subprotocol,
    'the subprotocol that $connect answers reaches the client',
    () =>
      withRig(subprotocol('Sec-WebSocket-Protocol', 'tidy.v1'), async (rig) => {
        const client = await rig.open({ protocols: ['tidy.v1', 'bearer.secret'] });
        expect(client.socket.protocol).toBe('tidy.v1');
      }),
  ],
  [
    'D',
    sources.subprotocol,
    'the header with the subprotocol may be written in any case',
    () =>
      withRig(subprotocol('sec-websocket-PROTOCOL', 'b'), async (rig) => {
        expect((await rig.open({ protocols: ['a', 'b'] })).socket.protocol).toBe('b');
      }),
  ],
  [
    'D',
    sources.subprotocol,
    'without that header no subprotocol is echoed, so a client that offered some fails',
    () =>
      withRig({}, async (rig) => {
        await expect(rig.dial({ protocols: ['bearer.secret'] })).rejects.toThrow(/subprotocol/);
        const raw = rawSocket(rig.port);
        raw.socket.write(handshakeText({ 'Sec-WebSocket-Protocol': 'bearer.secret' }));
        expect(await raw.until('\r\n\r\n')).not.toMatch(/bearer|Sec-WebSocket-Protocol/i);
      }),
  ],
  [
    'D',
    sources.subprotocol,
    'without a $connect integration no subprotocol is echoed',
    () =>
      withRig({ functions: { $connect: undefined } }, async (rig) => {
        await expect(rig.dial({ protocols: ['a'] })).rejects.toThrow(/subprotocol/);
      }),
  ],
  [
    'O',
    sources.subprotocol,
    'a subprotocol that the client did not offer is not echoed',
    () =>
      withRig(subprotocol('Sec-WebSocket-Protocol', 'other'), async (rig) => {
        const raw = rawSocket(rig.port);
        raw.socket.write(handshakeText({ 'Sec-WebSocket-Protocol': 'mine' }));
        expect(await raw.until('\r\n\r\n')).not.toMatch(/Sec-WebSocket-Protocol/i);
      }),
  ],
  [
    'D',
    `${rfc9110}#section-5.3`,
    'subprotocols on two header lines are as on one',
    () =>
      withRig(subprotocol('Sec-WebSocket-Protocol', 'tidy.v1'), async (rig) => {
        const raw = rawSocket(rig.port);
        raw.socket.write(handshakeText({ 'Sec-WebSocket-Protocol': ['tidy.v1', 'bearer.secret'] }));
        expect(await raw.until('\r\n\r\n')).toContain('Sec-WebSocket-Protocol: tidy.v1\r\n');
        expect(await rig.seen('$connect').next()).toMatchObject({
          multiValueHeaders: { 'Sec-WebSocket-Protocol': ['tidy.v1', 'bearer.secret'] },
        });
        raw.socket.destroy();
      }),
  ],
  [
    'O',
    'https://github.com/aws/aws-sdk-php/issues/1955',
    'another stage is Forbidden',
    () =>
      withRig({}, async (rig) => {
        expect(await rig.refused({ path: '/prod' })).toMatchObject({
          status: 403,
          body: '{"message":"Forbidden"}',
        });
        expect(rig.seen('$connect').all).toHaveLength(0);
      }),
  ],
  [
    'D',
    sources.quotas,
    'connections above the rate are refused with 429 before any function runs',
    () =>
      withRig({ quotas: { connectsPerSecond: 2 } }, async (rig) => {
        await rig.open();
        await rig.open();
        expect((await rig.refused()).status).toBe(429);
        expect(rig.seen('$connect').all).toHaveLength(2);
        await rig.clock.advance(500);
        await rig.open();
      }),
  ],
  [
    'D',
    sources.quotas,
    'an address of 4,096 characters is allowed',
    () =>
      withRig({}, async (rig) => {
        await rig.open({ path: `/dev?t=${'x'.repeat(4096 - '/dev?t='.length)}` });
      }),
  ],
  [
    'O',
    'https://datatracker.ietf.org/doc/html/rfc6455#section-4.2.1',
    'a malformed upgrade runs no function',
    () =>
      withRig({}, async (rig) => {
        for (const change of [
          { 'Sec-WebSocket-Key': undefined },
          { 'Sec-WebSocket-Key': 'short' },
          { 'Sec-WebSocket-Version': '7' },
          { 'Sec-WebSocket-Protocol': 'a,,b' },
          { 'Sec-WebSocket-Protocol': 'a, a' },
        ]) {
          const raw = rawSocket(rig.port);
          raw.socket.write(handshakeText(change));
          expect(await raw.ended).toMatch(/^HTTP\/1.1 400 /);
        }
        expect(rig.seen('$connect').all).toHaveLength(0);
      }),
  ],
  [
    'O',
    'https://datatracker.ietf.org/doc/html/rfc6455#section-4.1',
    'frames that came in one packet with the handshake are served',
    () =>
      withRig({}, async (rig) => {
        const raw = rawSocket(rig.port);
        const message = frame(1, Buffer.from('{"action":"echo"}'));
        raw.socket.write(Buffer.concat([Buffer.from(handshakeText()), message]));
        await raw.until('echo {"action":"echo"}');
        raw.socket.destroy();
      }),
  ],
  [
    'D',
    sources.connectRoutes,
    'a client that leaves during a refused $connect leaves nothing behind',
    () => {
      const gate = deferred();
      return withRig(
        { functions: { $connect: () => gate.promise.then(() => ({ statusCode: 403 })) } },
        async (rig) => {
          const raw = rawSocket(rig.port);
          raw.socket.write(handshakeText());
          await rig.seen('$connect').next();
          raw.socket.destroy();
          await raw.ended;
          gate.resolve();
          expect(rig.gateway.openConnections()).toBe(0);
          expect(rig.seen('$disconnect').all).toHaveLength(0);
        },
      );
    },
  ],
);

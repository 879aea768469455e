import { expect } from 'vitest';
import type { ConformanceCase } from './conformanceCase.ts';
import { deferred } from './deferred.ts';
import { named, sdk } from './managementCalls.ts';
import { handshakeText, rawSocket } from './rawSocket.ts';
import type { Rig, RigOptions } from './rig.ts';
import { position } from './switchPosition.ts';

const never = () => deferred().promise;
const answers = (action: unknown, check: (frame: string) => void) => async (rig: Rig) => {
  check(await (await rig.open()).ask({ action }));
};
const message = (expected: string) => (frame: string) =>
  expect(JSON.parse(frame)).toMatchObject({ message: expected });
const post = async (
  rig: Rig,
  id: string,
  body: string | Buffer,
  headers: Record<string, string> = { authorization: 'x' },
) =>
  (await fetch(`${rig.origin}/dev/@connections/${encodeURIComponent(id)}`, { method: 'POST', body, headers }))
    .status;

/** Frame lengths on the wire that a post of 100 KB was sent in. */
async function framesOfLargePost(rig: Rig): Promise<number[]> {
  const raw = rawSocket(rig.port);
  const lengths: number[] = [];
  raw.socket.write(handshakeText());
  await raw.until('\r\n\r\n');
  const id = String((await rig.seen('$connect').next()).requestContext.connectionId);
  let bytes = Buffer.alloc(0);
  const complete = new Promise<void>((resolve) => {
    raw.socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length > 100_000) resolve();
    });
  });
  expect(await post(rig, id, 'x'.repeat(100_000))).toBe(200);
  await complete;
  for (let at = 0; at < bytes.length; ) {
    const code = bytes.readUInt8(at + 1);
    const length =
      code === 126 ? bytes.readUInt16BE(at + 2) : code === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : code;
    lengths.push(length);
    at += length + (code === 126 ? 4 : code === 127 ? 10 : 2);
  }
  raw.socket.destroy();
  return lengths;
}

async function pingThenIdle(rig: Rig, expectedOpen: number): Promise<void> {
  const client = await rig.open();
  await rig.clock.advance(500_000);
  const ponged = new Promise((resolve) => client.socket.once('pong', resolve));
  client.socket.ping();
  await ponged;
  await rig.clock.advance(200_000);
  expect(rig.gateway.openConnections()).toBe(expectedOpen);
}

const noStatus: RigOptions = { functions: { a: () => ({ body: 'x' }) } };
const scalars: RigOptions = { functions: { '5': () => ({ statusCode: 200, body: 'five' }) } };
const forbidden = message('Forbidden');

export const unknownCases: ConformanceCase[] = [
  position('pongs', true, 'a ping is answered', {}, async (rig) => {
    const { socket } = await rig.open();
    const pong = new Promise((resolve) => socket.once('pong', (data) => resolve(data.toString())));
    socket.ping('are you there');
    expect(await pong).toBe('are you there');
  }),
  position('pongs', false, 'a ping is not answered', {}, async (rig) => {
    const client = await rig.open();
    let pongs = 0;
    client.socket.on('pong', () => {
      pongs += 1;
    });
    client.socket.ping();
    await client.ask({ action: 'echo' });
    expect(pongs).toBe(0);
  }),
  position('pingResetsIdle', false, 'pings do not keep a connection open', {}, (rig) => pingThenIdle(rig, 0)),
  position('pingResetsIdle', true, 'pings keep a connection open', {}, (rig) => pingThenIdle(rig, 1)),
  position(
    'maxConnectionCloseCode',
    1001,
    'after 2 h',
    { quotas: { idleTimeoutMs: 8_000_000 } },
    async (rig) => {
      const client = await rig.open();
      await rig.clock.advance(7_199_999);
      expect(rig.gateway.openConnections()).toBe(1);
      await rig.clock.advance(1);
      expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    },
  ),
  position(
    'maxConnectionCloseCode',
    1000,
    'after 2 h',
    { quotas: { idleTimeoutMs: 8_000_000 } },
    async (rig) => {
      const client = await rig.open();
      await rig.clock.advance(7_200_000);
      expect((await client.closed).code).toBe(1000);
    },
  ),
  ...['', 'lost'].map((reason) =>
    position('lostConnectionReason', reason, 'a client vanishes', {}, async (rig) => {
      (await rig.open()).socket.terminate();
      const { requestContext } = await rig.seen('$disconnect').next();
      expect(requestContext).toMatchObject({ disconnectStatusCode: 1006, disconnectReason: reason });
    }),
  ),
  ...['Endpoint request timed out', 'Too slow'].map((text) =>
    position(
      'integrationTimeoutMessage',
      text,
      'an integration takes too long',
      { functions: { a: never } },
      async (rig) => {
        const client = await rig.open();
        client.socket.send('{"action":"a"}');
        await rig.seen('a').next();
        await rig.clock.advance(29_000);
        message(text)(await client.frames.next());
      },
    ),
  ),
  ...['Too Many Requests', 'Slow down'].map((text) =>
    position(
      'throttledMessage',
      text,
      'a message above the budget',
      { quotas: { requestBurst: 0 } },
      async (rig) => {
        await answers('echo', message(text))(rig);
        expect(rig.seen('echo').all).toHaveLength(0);
      },
    ),
  ),
  position(
    'answerWithoutStatus',
    'error',
    'an answer without a status',
    noStatus,
    answers('a', message('Internal server error')),
  ),
  position('answerWithoutStatus', 'accepted', 'an answer without a status', noStatus, async (rig) => {
    const client = await rig.open();
    client.socket.send('{"action":"a"}');
    expect(await client.ask({ action: 'echo' })).toContain('echo');
  }),
  position(
    'scalarRouteKeys',
    'stringified',
    'a number as action',
    scalars,
    answers(5, (frame) => expect(frame).toBe('five')),
  ),
  position('scalarRouteKeys', 'absent', 'a number as action', scalars, answers(5, forbidden)),
  position('routeKeysIgnoreCase', false, 'another case', {}, answers('ECHO', forbidden)),
  position(
    'routeKeysIgnoreCase',
    true,
    'another case',
    {},
    answers('ECHO', (frame) => expect(frame).toContain('ECHO')),
  ),
  position('largePosts', 'fragmented', 'a post of 100 KB', {}, async (rig) => {
    expect(await framesOfLargePost(rig)).toEqual([32_768, 32_768, 32_768, 1_696]);
  }),
  position('largePosts', 'whole', 'a post of 100 KB', {}, async (rig) => {
    expect(await framesOfLargePost(rig)).toEqual([100_000]);
  }),
  position('largePosts', 'refused', 'a post of 32 KB and one byte', {}, async (rig) => {
    const { connectionId } = await rig.open();
    expect(await post(rig, connectionId, 'x'.repeat(32_768))).toBe(200);
    expect(await post(rig, connectionId, 'x'.repeat(32_769))).toBe(413);
  }),
  position('invalidUtf8Posts', 'refused', 'a post that is no UTF-8', {}, async (rig) => {
    const client = await rig.open();
    for (const bytes of [[0xc3, 0x28], [0xff], [0xed, 0xa0, 0x80], [0x78, 0xe2, 0x82]]) {
      await expect(sdk(rig).post(client.connectionId, Buffer.from(bytes))).rejects.toMatchObject(
        named('BadRequestException', 400),
      );
    }
    expect(rig.gateway.postCount()).toBe(0);
    expect(await post(rig, 'AAAAAAAAAAAAAAA=', Buffer.from([0xff]))).toBe(410);
    await sdk(rig).post(client.connectionId, 'grüß 👋');
    expect(await client.frames.next()).toBe('grüß 👋');
  }),
  position('invalidUtf8Posts', 'sent', 'a post that is no UTF-8', {}, async (rig) => {
    const client = await rig.open();
    const failed = new Promise<Error>((resolve) => client.socket.once('error', resolve));
    expect(await post(rig, client.connectionId, Buffer.from([0xc3, 0x28]))).toBe(200);
    expect((await failed).message).toMatch(/UTF-8/);
    expect((await rig.seen('$disconnect').next()).requestContext.disconnectStatusCode).toBe(1007);
  }),
  position(
    'managementNeedsAuthorization',
    true,
    'a post without an Authorization header',
    {},
    async (rig) => {
      expect(await post(rig, (await rig.open()).connectionId, 'x', {})).toBe(403);
    },
  ),
  position(
    'managementNeedsAuthorization',
    false,
    'a post without an Authorization header',
    {},
    async (rig) => {
      expect(await post(rig, (await rig.open()).connectionId, 'x', {})).toBe(200);
    },
  ),
];

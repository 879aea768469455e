import { expect } from 'vitest';
import { cases } from './conformanceCase.ts';
import { named, sdk } from './managementCalls.ts';
import { frame, openRaw } from './rawSocket.ts';
import type { Rig } from './rig.ts';
import { withRig } from './rig.ts';

const rfc = 'https://www.rfc-editor.org/rfc/rfc6455';
const text = (content: string | Buffer) => frame(0x1, Buffer.from(content));
const close = (code: number, reason: string | Buffer = '') =>
  frame(0x8, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));

/** Unmasks a frame, which a client must not send. */
function unmasked(masked: Buffer): Buffer {
  const lengthCode = masked.readUInt8(1) & 0x7f;
  const maskAt = 2 + (lengthCode === 126 ? 2 : lengthCode === 127 ? 8 : 0);
  const bytes = Buffer.concat([masked.subarray(0, maskAt), masked.subarray(maskAt + 4)]);
  bytes.writeUInt8(lengthCode, 1);
  return bytes;
}

/** A frame with the first reserved bit, which only an extension may set. */
function reserved(plain: Buffer): Buffer {
  const bytes = Buffer.from(plain);
  bytes.writeUInt8(bytes.readUInt8(0) | 0x40, 0);
  return bytes;
}

const long = Buffer.alloc(32_769, 'x');
const tooLong = text(long);
const badUtf8 = text(Buffer.from([0xc3, 0x28]));
const opcode3 = frame(0x3, Buffer.from('x'));
const message = text('{"action":"echo"}');

/** What `$disconnect` and the client are told, where these bytes come in one packet. */
async function closedWith(rig: Rig, ...frames: readonly Buffer[]): Promise<[number, number]> {
  const raw = await openRaw(rig.port);
  raw.socket.write(Buffer.concat(frames));
  const { requestContext } = await rig.seen('$disconnect').next();
  const sent = await raw.until('\x88');
  // A close frame of one code has four bytes.
  const at = sent.lastIndexOf('\x88');
  raw.socket.destroy();
  const toClient = at + 4 > sent.length ? 1005 : sent.charCodeAt(at + 2) * 256 + sent.charCodeAt(at + 3);
  return [Number(requestContext.disconnectStatusCode), toClient];
}

type Row = readonly [what: string, code: number, ...frames: readonly Buffer[]];

const row = (section: string, [what, code, ...frames]: Row) =>
  [
    'D',
    `${rfc}#section-${section}`,
    `${what}: ${code}`,
    () =>
      withRig({}, async (rig) => {
        expect(await closedWith(rig, ...frames)).toEqual([code, code]);
        expect(rig.seen('echo').all).toHaveLength(0);
      }),
  ] as const;

const firstFault: readonly Row[] = [
  ['bad UTF-8, then a frame that is too long', 1007, badUtf8, tooLong],
  ['opcode 3, then a frame that is too long', 1002, opcode3, tooLong],
  ['a reserved bit, then a frame that is too long', 1002, reserved(message), tooLong],
  ['a frame without a mask, then one that is too long', 1002, unmasked(message), tooLong],
  ['a ping of 126 bytes, then a frame that is too long', 1002, frame(0x9, long.subarray(0, 126)), tooLong],
  ['a binary message, then a frame that is too long', 1003, frame(0x2, Buffer.from('x')), tooLong],
  ['a frame that is too long, then bad UTF-8', 1009, tooLong, badUtf8],
  ['a frame that is too long, then opcode 3', 1009, tooLong, opcode3],
  ['a frame that is too long, then a close and a message', 1009, tooLong, close(1000), message],
  ['a frame that is too long and has opcode 3', 1002, frame(0x3, long)],
  ['a ping that is longer than a frame may be', 1002, frame(0x9, long)],
  ['a frame that is too long and has no mask', 1002, unmasked(tooLong)],
  ['a frame that is too long and has a reserved bit', 1002, reserved(tooLong)],
  ['a frame that is too long and continues nothing', 1002, frame(0x0, long)],
];

const afterClose: readonly Row[] = [
  ['a close, then a frame that is too long', 1000, close(1000), tooLong],
  ['a close, then bad UTF-8', 1001, close(1001), badUtf8],
  ['a close, then opcode 3', 4000, close(4000), opcode3],
  ['a close, then a message, which nobody serves', 1000, close(1000), message],
  ['a close, then another one', 1000, close(1000), close(1001)],
  ['a close without a code, then a frame that is too long', 1005, frame(0x8, Buffer.alloc(0)), tooLong],
];

const badClose: readonly Row[] = [
  ['a close of one byte', 1002, frame(0x8, Buffer.from([3]))],
  ['a close with a code that none may send', 1002, close(1005)],
  ['a close whose reason is no UTF-8', 1007, close(1000, Buffer.from([0xc3, 0x28]))],
];

export const frameOrderCases = cases(
  ...firstFault.map((fault) => row('7.1.7', fault)),
  ...afterClose.map((fault) => row('5.5.1', fault)),
  ...badClose.map((fault) => row('7.4', fault)),
  [
    'D',
    `${rfc}#section-5.5.1`,
    'from a client’s close on, the line still open: POST, GET and DELETE are Gone, and $disconnect has run with its code',
    () =>
      withRig({}, async (rig) => {
        const raw = await openRaw(rig.port, { allowHalfOpen: true });
        const id = String((await rig.seen('$connect').next()).requestContext.connectionId);
        raw.socket.write(close(4321, 'enough'));
        await raw.until('\x88');
        for (const call of ['post', 'get', 'remove'] as const)
          await expect(sdk(rig)[call](id)).rejects.toMatchObject(named('GoneException', 410));
        expect(rig.gateway.openConnections()).toBe(0);
        expect((await rig.seen('$disconnect').next()).requestContext).toMatchObject({
          connectionId: id,
          disconnectStatusCode: 4321,
          disconnectReason: 'enough',
        });
        raw.socket.destroy();
      }),
  ],
  [
    'D',
    `${rfc}#section-7.1.1`,
    'after a fault the server ends the line, however much the client goes on to send',
    () =>
      withRig({}, async (rig) => {
        const raw = await openRaw(rig.port, { allowHalfOpen: true });
        const ended = new Promise((resolve) => raw.socket.once('end', resolve));
        raw.socket.write(Buffer.concat([tooLong, Buffer.alloc(1_000_000, 'x')]));
        await ended;
        raw.socket.destroy();
      }),
  ],
);

import type { Socket } from 'node:net';
import { connect } from 'node:net';

/** A bare TCP connection, for what a well-behaved client cannot send. */
export interface RawSocket {
  socket: Socket;
  /** Resolves with all text read so far once it contains this. */
  until(text: string): Promise<string>;
  ended: Promise<string>;
}

/** How a bare connection is held; `allowHalfOpen`: its client does not end it when the server does. */
export interface RawOptions {
  allowHalfOpen?: boolean;
}

/** Connects to a port on this machine. */
export function rawSocket(port: number, options: RawOptions = {}): RawSocket {
  const socket = connect({ port, host: '127.0.0.1', ...options });
  let text = '';
  const waiting = new Set<() => void>();
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    for (const check of waiting) check();
  });
  socket.on('error', () => undefined);
  return {
    socket,
    until: (part) =>
      new Promise((resolve) => {
        const check = () => {
          if (!text.includes(part)) return;
          waiting.delete(check);
          resolve(text);
        };
        waiting.add(check);
        check();
      }),
    ended: new Promise((resolve) => socket.on('close', () => resolve(text))),
  };
}

/** The text of a handshake, which a test may spoil; several values of a header are several lines. */
export function handshakeText(
  change: Record<string, string | readonly string[] | undefined> = {},
  requestLine = 'GET /dev HTTP/1.1',
): string {
  const headers: Record<string, string | readonly string[] | undefined> = {
    Host: 'localhost',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    ...change,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (value === undefined ? [] : [value]).flat().map((line) => `${name}: ${line}`),
  );
  return `${[requestLine, ...lines].join('\r\n')}\r\n\r\n`;
}

/** A connection whose handshake was written by hand, and has succeeded. */
export async function openRaw(port: number, options?: RawOptions): Promise<RawSocket> {
  const raw = rawSocket(port, options);
  raw.socket.write(handshakeText());
  await raw.until('\r\n\r\n');
  return raw;
}

/** A client's frame, masked with zeros, which leave the payload as it is. */
export function frame(opcode: number, payload: Buffer, fin = true): Buffer {
  const first = (fin ? 0x80 : 0) | opcode;
  const mask = Buffer.alloc(4);
  if (payload.length < 126)
    return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), mask, payload]);
  if (payload.length < 65_536) {
    const head = Buffer.from([first, 0x80 | 126, 0, 0]);
    head.writeUInt16BE(payload.length, 2);
    return Buffer.concat([head, mask, payload]);
  }
  const head = Buffer.alloc(10);
  head.writeUInt8(first, 0);
  head.writeUInt8(0x80 | 127, 1);
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, mask, payload]);
}

import { createHash } from 'node:crypto';
import { createServer, type Socket } from 'node:net';

/** What a server answers in one frame: a text of less than 64 KB. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  const head = Buffer.from([0x81, 126, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([head, body]);
}

/** The text of one frame of a client. */
function textOf(frame: Buffer): string {
  const short = (frame[1] ?? 0) & 0x7f;
  const maskAt = short === 126 ? 4 : 2;
  const mask = frame.subarray(maskAt, maskAt + 4);
  return frame
    .subarray(maskAt + 4)
    .map((byte, at) => byte ^ (mask[at % 4] ?? 0))
    .toString();
}

/** A server that greets a client, and then says nothing more: it does not even answer a close. */
export async function silentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (head) => {
      const [, key = ''] = /sec-websocket-key: (.*)\r/i.exec(head.toString()) ?? [];
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      const upgrade = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
      const own = [`Sec-WebSocket-Accept: ${accept}`, 'Sec-WebSocket-Protocol: tidings.v1'];
      socket.write(`${[...upgrade, ...own].join('\r\n')}\r\n\r\n`);
      socket.once('data', (frame) => {
        const { ref } = JSON.parse(textOf(frame)) as { ref: string };
        const who = { connectionId: 'c', userId: 'ada', tenant: 'acme', roles: [], limits: {}, subs: [] };
        const times = { expiresAt: Date.now() + 3_600_000, rotateAfterMs: 6_000_000, heartbeatMs: 60_000 };
        socket.write(frameOf(JSON.stringify({ type: 'ack', ref, payload: { ...who, ...times } })));
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  return {
    url: `ws://127.0.0.1:${port}/dev`,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

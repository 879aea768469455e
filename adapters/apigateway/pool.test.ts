import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { selfSigned } from '../../test/support/selfSigned.ts';
import { requestPool } from './pool.ts';

const servers: Server[] = [];
const accepted: Socket[] = [];
afterEach(() => {
  for (const socket of accepted.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A server that answers each chunk that comes, and tells how many connections there were. */
async function serve(onChunk: (socket: Socket, chunk: Buffer) => void, server: Server = createServer()) {
  const sockets: Socket[] = [];
  const isSecure = 'addContext' in server;
  server.on(isSecure ? 'secureConnection' : 'connection', (socket: Socket) => {
    sockets.push(socket);
    accepted.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => onChunk(socket, chunk));
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `${isSecure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, sockets };
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const post = (body = '') => Buffer.from(`POST / HTTP/1.1\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
const request = (body?: string) => () => post(body);
const limits = { connections: 2, timeoutMs: 60_000, keepAliveMs: 3_600_000 };

describe('a pool of connections', () => {
  it('sends a request as it is, and keeps its connection for the next', async () => {
    const seen: string[] = [];
    const { origin, sockets } = await serve((socket, chunk) => {
      seen.push(chunk.toString());
      socket.write(ok);
    });
    const send = requestPool({ origin, ...limits });
    expect([await send(request('a')), await send(request('b'))]).toEqual([200, 200]);
    expect(seen).toEqual([post('a'), post('b')].map(String));
    expect(sockets).toHaveLength(1);
  });

  it('lets a request be written over the one before, once all of that was taken', async () => {
    const { origin, sockets } = await serve((socket) => {
      socket.write(ok);
      // What is still to come of a long request is not read.
      socket.pause();
    });
    const send = requestPool({ origin, ...limits });
    // By their lengths: the difference of such bytes would take minutes to print.
    const rooms: (number | undefined)[] = [];
    const posts = ['a', 'bc', 'x'.repeat(20_000_000), 'd'].map(post);
    for (const bytes of posts) {
      const sent = send((room) => {
        rooms.push(room?.length);
        return bytes;
      });
      expect(await sent).toBe(200);
      sockets[0]?.resume();
    }
    expect(sockets).toHaveLength(1);
    expect(rooms).toEqual([undefined, posts[0]?.length, posts[1]?.length, undefined]);
  });

  it('a request that cannot be written fails, and the next one has its place', async () => {
    const { origin } = await serve((socket) => void socket.write(ok));
    const send = requestPool({ origin, ...limits, connections: 1 });
    const failing = () => {
      throw new Error('no room');
    };
    const all = [send(request('a')), send(failing), send(failing), send(request('b'))];
    const none = { status: 'rejected', reason: new Error('no room') };
    const taken = { status: 'fulfilled', value: 200 };
    expect(await Promise.allSettled(all)).toEqual([taken, none, none, taken]);
  });

  it('gives a connection one request at a time, and lets those too many wait', async () => {
    const held: Socket[] = [];
    const { origin, sockets } = await serve((socket) => void held.push(socket));
    const send = requestPool({ origin, ...limits });
    const all = Promise.all(Array.from({ length: 5 }, (_, n) => send(request(String(n)))));
    for (let answered = 0; answered < 5; answered++) {
      await expect.poll(() => held.length).toBe(Math.min(answered + 2, 5));
      held[answered]?.write(ok);
    }
    expect(await all).toEqual(Array(5).fill(200));
    expect(sockets).toHaveLength(2);
  });

  it('uses a connection again once the rest of its answer has come, and not before', async () => {
    const held: Socket[] = [];
    const { origin, sockets } = await serve((socket) => {
      held.push(socket);
      socket.write(held.length === 1 ? 'HTTP/1.1 410 Gone\r\ncontent-length: 4\r\n\r\ngo' : ok);
    });
    const send = requestPool({ origin, ...limits });
    expect(await send(request('a'))).toBe(410);
    expect(await send(request('b'))).toBe(200);
    expect(sockets).toHaveLength(2);
    held[0]?.write('ne');
    await expect.poll(() => send(request('c')).then(() => sockets.length)).toBe(2);
  });

  it.each([
    ['says that it closes', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'],
    ['has no length', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['sends more than it said', `${ok}HTTP/1.1 500 x\r\ncontent-length: 0\r\n\r\n`],
  ])('leaves a connection whose answer %s', async (_, text) => {
    const { origin, sockets } = await serve((socket) => void socket.write(text));
    const send = requestPool({ origin, ...limits });
    expect([await send(request()), await send(request())]).toEqual([200, 200]);
    expect(sockets).toHaveLength(2);
  });

  it('does not use a connection on which something came that nobody asked for', async () => {
    const { origin, sockets } = await serve((socket) => void socket.write(ok));
    const send = requestPool({ origin, ...limits });
    await send(request());
    const [first] = sockets;
    const closed = first && once(first, 'close');
    first?.write('HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\n\r\n');
    await closed;
    expect(await send(request())).toBe(200);
    expect(sockets).toHaveLength(2);
  });

  it.each([
    ['is closed', (socket: Socket) => void socket.end(), 'was closed before an answer came'],
    ['is reset', (socket: Socket) => void socket.resetAndDestroy(), 'ECONNRESET'],
    ['says what is no HTTP', (socket: Socket) => void socket.write('what?\r\n\r\n'), 'is no HTTP/1'],
    ['says nothing', () => {}, 'no answer within 50 ms'],
  ])('rejects once, and tries nothing again, when a connection %s', async (_, answer, error) => {
    let requests = 0;
    const { origin } = await serve((socket) => {
      requests++;
      answer(socket);
    });
    const send = requestPool({ origin, ...limits, connections: 1, timeoutMs: 50 });
    const both = await Promise.allSettled([send(request('a')), send(request('b'))]);
    expect(both).toMatchObject(
      Array(2).fill({ status: 'rejected', reason: { message: expect.stringContaining(error) } }),
    );
    expect(requests).toBe(2);
  });

  it('rejects where an answer comes and never ends', async () => {
    const { origin } = await serve((socket) => {
      const drip = () =>
        socket.write('HTTP/1.1 103 Early Hints\r\n\r\n', (error) => error ?? setImmediate(drip));
      drip();
    });
    await expect(requestPool({ origin, ...limits, timeoutMs: 50 })(request())).rejects.toThrow(
      'no answer within 50',
    );
  });

  it('rejects where nobody listens', async () => {
    const { origin } = await serve(() => {});
    const [server] = servers.splice(0);
    server?.close();
    await expect(requestPool({ origin, ...limits })(request())).rejects.toThrow('ECONNREFUSED');
  });

  it('leaves a connection that was silent for too long, also where its timer is late', async () => {
    const { origin, sockets } = await serve((socket) => void socket.write(ok));
    const send = requestPool({ origin, ...limits });
    const now = vi.spyOn(performance, 'now');
    await send(request());
    const later = performance.now() + limits.keepAliveMs;
    now.mockReturnValue(later);
    await send(request());
    now.mockRestore();
    expect(sockets).toHaveLength(2);
  });
});

describe('a pool of connections by TLS', () => {
  it('goes on with the session of an earlier connection', async () => {
    const reused: (boolean | null)[] = [];
    const closing = ok.replace('content', 'connection: close\r\ncontent');
    const own = selfSigned();
    const { origin } = await serve((socket) => {
      reused.push((socket as TLSSocket).isSessionReused());
      socket.write(closing);
    }, createSecureServer(own));
    const send = requestPool({ origin, ...limits, ca: own.cert });
    for (let n = 0; n < 3; n++) expect(await send(request())).toBe(200);
    expect(reused).toEqual([false, true, true]);
  });

  it('keeps the parts of an answer apart from what others are answered meanwhile', async () => {
    const half = 'HTTP/1.1 410 Gone\r\ncontent-length: 4\r\nx: ';
    const waiting: Socket[] = [];
    const own = selfSigned();
    const { origin, sockets } = await serve((socket) => {
      waiting.push(socket);
      socket.write(waiting.length === 1 ? half : ok);
    }, createSecureServer(own));
    const send = requestPool({ origin, ...limits, ca: own.cert });
    const first = send(request('a'));
    await expect.poll(() => waiting.length).toBe(1);
    expect([await send(request('b')), await send(request('c'))]).toEqual([200, 200]);
    waiting[0]?.write('y\r\n\r\ngone');
    expect(await first).toBe(410);
    expect(await send(request('d'))).toBe(200);
    expect(sockets).toHaveLength(2);
  });

  it('refuses a server that nobody vouches for', async () => {
    const { origin, sockets } = await serve(
      (socket) => void socket.write(ok),
      createSecureServer(selfSigned()),
    );
    await expect(requestPool({ origin, ...limits })(request())).rejects.toThrow('self-signed certificate');
    expect(sockets).toEqual([]);
  });
});

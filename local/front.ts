import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { onWebSocketUpgrade } from '@tidings/gateway';
import { CannotStart } from './cannotStart.ts';
import { BadInput, sendJson } from './httpJson.ts';

export interface FrontHandlers {
  request(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface Front {
  /** `http://127.0.0.1:PORT` */
  readonly httpUrl: string;
  /** Begins to serve; until then everything is answered with 503. */
  mount(handlers: FrontHandlers): void;
  close(): Promise<void>;
}

/**
 * Takes the one port of the stack. It is taken before anything else, because the issuer's address, which goes
 * into the template, holds it.
 *
 * @throws {CannotStart} where the port is taken
 */
export async function openFront(port: number, log: (text: string) => void): Promise<Front> {
  let handlers: FrontHandlers | undefined;
  const server = createServer((request, response) => {
    if (!handlers) return sendJson(response, 503, { message: 'Service Unavailable' });
    const path = (request.url ?? '/').replace(/[?#].*$/, '');
    handlers.request(request, response, path).catch((error: unknown) => {
      if (!(error instanceof BadInput)) log(`${request.method} ${path} failed: ${String(error)}`);
      if (response.headersSent) response.destroy();
      else if (error instanceof BadInput) sendJson(response, 400, { message: error.message });
      else sendJson(response, 500, { message: 'Internal Server Error' });
    });
  });
  onWebSocketUpgrade(server, (request, socket, head) => {
    if (handlers) handlers.upgrade(request, socket, head);
    else socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
  });
  // Functions keep connections to the management door; one that ends just as it is used would fail a post.
  server.keepAliveTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') throw cause;
    const why = cause.code === 'EACCES' ? 'may not be used by you' : 'is already in use';
    throw new CannotStart(
      `Port ${port} ${why}: choose another one with --port N, or 0 for any that is free.`,
      { cause },
    );
  });
  return {
    httpUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mount(next) {
      handlers = next;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

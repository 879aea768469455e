import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { WebSocketGateway } from '@tidings/gateway';
import type { Dial } from '../functions/functionScope.ts';
import { BadInput, sendJson } from './httpJson.ts';
import { openLoopbackServer } from './loopbackServer.ts';
import { PostLine } from './postLine.ts';
import { postReader } from './readPost.ts';

export interface ServerHandlers {
  request(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
  /** Answers a post to a connection, which came by no network. @returns whether it is going to */
  post: WebSocketGateway['manageRead'];
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Whether WebSockets are spoken at an address. */
  speaksAt(request: IncomingMessage, path: string): boolean;
}

export interface Server {
  /** `http://127.0.0.1:PORT` */
  readonly httpUrl: string;
  /** Begins to serve; until then everything is answered with 503. */
  mount(handlers: ServerHandlers): void;
  /** What opens connections for the posts of one environment: to this server within the process, else by the network. */
  dialer(): Dial;
  close(): Promise<void>;
}

const pathOf = ({ url = '/' }: IncomingMessage) => url.replace(/[?#].*$/, '');

/**
 * Takes the one port of the stack. It is taken before anything else, because the issuer's address, which goes
 * into the template, holds it.
 *
 * @throws {CannotStart} where the port is taken
 */
export async function openServer(port: number, log: (text: string) => void): Promise<Server> {
  let handlers: ServerHandlers | undefined;
  const server = await openLoopbackServer({
    port,
    onRefused: (status, why) => log(`a request was refused with ${status}: ${why}`),
    whenTaken: 'choose another one with --port N, or 0 for any that is free',
    request(request, response) {
      if (!handlers) return sendJson(response, 503, { message: 'Service Unavailable' });
      const path = pathOf(request);
      handlers.request(request, response, path).catch((error: unknown) => {
        if (!(error instanceof BadInput)) log(`${request.method} ${path} failed: ${String(error)}`);
        if (response.headersSent) response.destroy();
        else if (error instanceof BadInput) sendJson(response, error.status, { message: error.message });
        else sendJson(response, 500, { message: 'Internal Server Error' });
      });
    },
    speaksAt: (request) => handlers?.speaksAt(request, pathOf(request)) ?? true,
    upgrade(request, socket, head) {
      if (handlers) return handlers.upgrade(request, socket, head);
      // Nobody else listens, and an unhandled error event would end the process.
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\n\r\n');
    },
  });
  const host = `127.0.0.1:${server.port}`;
  const post: ServerHandlers['post'] = (...parts) => handlers?.post(...parts) ?? false;
  return {
    httpUrl: `http://${host}`,
    mount(next) {
      handlers = next;
    },
    dialer() {
      const read = postReader(host);
      return (name, to) => (`${name}:${to}` === host ? new PostLine(read, post) : connect(to, name));
    },
    async close() {
      handlers = undefined;
      await server.close();
    },
  };
}

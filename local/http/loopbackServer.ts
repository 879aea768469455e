import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  type Server,
  ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { hasSoundHost, onWebSocketUpgrade, type TakeUpgrade } from '@tidings/gateway';
import { CannotStart } from '../cannotStart.ts';
import type { Listening } from '../listener/messages.ts';
import { type Listener, openListener } from '../listener/openListener.ts';
import { sendJson } from './httpJson.ts';

export interface LoopbackServerOptions {
  /** If it fails before it answers, the answer is a 500. */
  request(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
  /** Without it, a request for an upgrade gets an ordinary answer. */
  upgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Where WebSockets are spoken. @default at every address */
  speaksAt?(request: IncomingMessage): boolean;
  /** Told why a request was refused for its Host or its Origin. Nothing of the request is in it. @default nobody is told */
  onRefused?(status: number, why: string): void;
  /** @default 0, any that is free */
  readonly port?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** What to do about a port that is taken. */
  readonly whenTaken?: string;
}

export interface LoopbackServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The only way to open a port. Every browser on this machine can reach it, whatever page it shows, so
 * requests that a page of the internet may have sent are refused: the Host must be loopback (another one
 * means that the page's name was pointed here, by DNS rebinding), and so must the Origin. A WebSocket's
 * Origin is left to the API's authorizer, as on AWS. Only a loopback page may read an answer.
 *
 * @throws {CannotStart} where the port is taken
 */
export async function openLoopbackServer(options: LoopbackServerOptions): Promise<LoopbackServer> {
  const { port = 0, host = '127.0.0.1', upgrade, speaksAt, whenTaken = 'choose another one' } = options;
  // Node itself refuses a request without a Host. Nothing else refuses one with two.
  const server = createServer(
    { ServerResponse: LoopbackResponse, requireHostHeader: false },
    (request, response) => {
      const refusal = hostRefusal(request) ?? originRefusal(request);
      if (!refusal) return serve(options.request, request, response);
      options.onRefused?.(refusal.status, refusal.message);
      request.resume();
      sendJson(response, refusal.status, { message: refusal.message });
    },
  );
  if (upgrade) {
    const take: TakeUpgrade = (request, socket, head) => {
      const refusal = hostRefusal(request);
      if (!refusal) return upgrade(request, socket, head);
      options.onRefused?.(refusal.status, refusal.message);
      refuseUpgrade(socket, refusal);
    };
    onWebSocketUpgrade(server, take, speaksAt);
  }
  // A connection that ends just as its client uses it again would fail a request, and these clients keep
  // theirs open.
  server.keepAliveTimeout = 0;
  const opening = upgrade ? listenApart(server, { port, host }) : listenHere(server, { port, host });
  const listener = await opening.catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') throw cause;
    const why = cause.code === 'EACCES' ? 'may not be used by you' : 'is already in use';
    throw new CannotStart(`Port ${port} ${why}: ${whenTaken}.`, { cause });
  });
  return {
    port: listener.port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await listener.close();
    },
  };
}

async function listenHere(server: Server, listening: Listening): Promise<Listener> {
  server.listen(listening);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: async () => {} };
}

/** For a server of many connections that stay. To others it is a way more for each request. */
async function listenApart(server: Server, listening: Listening): Promise<Listener> {
  // With this it begins to look for requests that do not come to their end, and to know its connections: the first may
  // come with the port.
  server.emit('listening');
  return openListener(listening, (line) => server.emit('connection', line));
}

/** One failed request must not end a stack that others use. */
function serve(
  handle: LoopbackServerOptions['request'],
  request: IncomingMessage,
  response: ServerResponse,
): void {
  try {
    handle(request, response)?.catch(() => failed(response));
  } catch {
    failed(response);
  }
}

function failed(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, 500, { message: 'Internal Server Error' });
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/;

interface Refusal {
  readonly status: 400 | 403;
  readonly message: string;
}

const forbidden = (message: string): Refusal => ({ status: 403, message });

function hostRefusal(request: IncomingMessage): Refusal | undefined {
  if (!hasSoundHost(request)) return { status: 400, message: 'There must be one Host, and well formed.' };
  if (loopback.test(request.headers.host ?? '')) return undefined;
  return forbidden('The Host must be 127.0.0.1, localhost or [::1].');
}

function originRefusal({ headers }: IncomingMessage): Refusal | undefined {
  const { origin } = headers;
  // A page's images, scripts and frames come without an Origin. Following a link to here is allowed.
  const isPartOfAPage =
    headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-dest'] !== 'document';
  if (origin === undefined)
    return isPartOfAPage ? forbidden('Pages may not embed the local stack.') : undefined;
  const [, host = ''] = /^https?:\/\/(.*)$/.exec(origin) ?? [];
  return loopback.test(host) ? undefined : forbidden('Only pages of this machine may call the local stack.');
}

function refuseUpgrade(socket: Duplex, { status, message }: Refusal): void {
  const body = JSON.stringify({ message });
  socket.on('error', () => undefined);
  socket.once('finish', () => socket.destroy());
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/** Removes headers that would let others read the answer: the engine allows everybody. */
class LoopbackResponse<Request extends IncomingMessage> extends ServerResponse<Request> {
  override writeHead(status: number, reason?: string | Headers, headers?: Headers): this {
    const [text, given = {}] = typeof reason === 'string' ? [reason, headers] : [undefined, reason];
    if (Array.isArray(given)) throw new TypeError('Headers must be an object here.');
    for (const name of this.getHeaderNames()) if (isAllowance(name)) this.removeHeader(name);
    const kept = onlyFor(this.req.headers.origin, given);
    return text === undefined ? super.writeHead(status, kept) : super.writeHead(status, text, kept);
  }
}

const isAllowance = (name: string) => name.toLowerCase().startsWith('access-control-');

function onlyFor(origin: string | undefined, headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const allowed = headers['access-control-allow-origin'];
  if (allowed !== undefined && allowed === origin) return headers;
  if (!Object.keys(headers).some(isAllowance)) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isAllowance(name)));
}

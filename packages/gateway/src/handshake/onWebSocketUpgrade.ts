import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { headerLines, listElements } from '../http/requestParts.ts';

/** Takes over a connection, as `WebSocketGateway.upgrade` does. */
export type TakeUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Whether a request asks for a WebSocket; what other protocols it offers beside does not matter. In HTTP/1.0 there is
 * no upgrade, whatever its header says: https://www.rfc-editor.org/rfc/rfc9110#section-7.8
 */
export function isWebSocketUpgrade({
  headers,
  httpVersionMajor,
  httpVersionMinor,
}: IncomingMessage): boolean {
  const isOld = httpVersionMajor < 1 || (httpVersionMajor === 1 && httpVersionMinor < 1);
  return !isOld && listElements(headers.upgrade?.toLowerCase()).includes('websocket');
}

/** Whether WebSockets are spoken at a request's address. */
export type SpeaksWebSocket = (request: IncomingMessage) => boolean;

/** A request's head as it came, without its request to upgrade to another protocol. */
function withoutUpgrade(request: IncomingMessage): Buffer {
  const lines = [...headerLines(request)].flatMap(([name, value]) => {
    const key = name.toLowerCase();
    if (key === 'upgrade') return [];
    if (key !== 'connection') return [`${name}: ${value}`];
    return [`${name}: ${listElements(value).filter((option) => option.toLowerCase() !== 'upgrade')}`];
  });
  const { method, url, httpVersion } = request;
  return Buffer.from(`${[`${method} ${url} HTTP/${httpVersion}`, ...lines].join('\r\n')}\r\n\r\n`, 'latin1');
}

/**
 * Gives a server's WebSocket handshakes to `take`, and nothing else. A server that listens for upgrades is handed
 * every request with an `Upgrade` header, `h2c` as well, which curl and Java's client offer by themselves; one that
 * is not spoken is to be ignored, so such a request goes back to the server and is served as any other.
 *
 * @param speaksAt where WebSockets are spoken, if not at every address
 */
export function onWebSocketUpgrade(
  server: Server,
  take: TakeUpgrade,
  speaksAt: SpeaksWebSocket = () => true,
): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.prependListener('request', (request, response) => answers.set(request.socket, response));
  server.on('upgrade', (request, socket, head) => {
    if (isWebSocketUpgrade(request) && speaksAt(request)) return take(request, socket, head);
    // Node has let go of the connection: it is to read the request anew, and then what came behind it.
    const again = () => {
      if (socket.destroyed) return;
      // These it leaves at a stream that is no socket of its own, and each reading would add to them.
      for (const left of ['pause', 'resume']) socket.removeAllListeners(left);
      socket.unshift(Buffer.concat([withoutUpgrade(request), head]));
      server.emit('connection', socket);
    };
    const before = answers.get(socket);
    if (!before || before.writableFinished) return again();
    // Nobody else listens meanwhile, and an unhandled error event would end the process.
    socket.once('error', () => undefined);
    before.once('close', again);
  });
}

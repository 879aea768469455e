import { isIP } from 'node:net';
import { createSecureContext, connect as secureConnect, type TLSSocket } from 'node:tls';
import { dial } from './dial.ts';
import {
  type HttpConnection,
  type HttpConnectionParts,
  openHttpConnection,
  type Request,
} from './httpConnection.ts';

export interface PoolSettings {
  /** `https://host`, or `http://host:port` on this machine. */
  readonly origin: string;
  /** The maximum number of connections. Each carries one request at a time, for a post is not idempotent. */
  readonly connections: number;
  readonly timeoutMs: number;
  readonly keepAliveMs: number;
  /** The certificates that may vouch for the server. @default Node's own */
  readonly ca?: string;
}

/**
 * Connections to one server, which are kept open between requests. Requests above their number wait for one.
 *
 * @returns what sends the bytes of a request and resolves to the status of its answer. It rejects when none came, and
 * tries nothing again: whether the request arrived is not known.
 */
export function requestPool(settings: PoolSettings): (bytes: Buffer) => Promise<number> {
  const { connections } = settings;
  const open = opener(settings);
  const waiting: Request[] = [];
  /** The one that was used last comes first, so that those too many fall silent. Those that ended are found when they are taken. */
  const unused: HttpConnection[] = [];
  const all = new Set<HttpConnection>();

  const parts: Omit<HttpConnectionParts, 'socket'> = {
    ...settings,
    onFree(connection) {
      const next = waiting.shift();
      if (next) connection.send(next);
      else unused.push(connection);
    },
    onEnd(connection) {
      all.delete(connection);
      const next = waiting.shift();
      if (next) send(next);
    },
  };
  const freeConnection = (): HttpConnection | undefined => {
    for (let connection = unused.pop(); connection; connection = unused.pop()) {
      if (connection.isFresh()) return connection;
      connection.end();
    }
    return undefined;
  };
  const newConnection = (): HttpConnection => {
    const connection = openHttpConnection({ socket: open(), ...parts });
    all.add(connection);
    return connection;
  };
  const send = (request: Request): void => {
    const connection = freeConnection() ?? (all.size < connections ? newConnection() : undefined);
    if (connection) connection.send(request);
    else waiting.push(request);
  };
  return (bytes) => new Promise((resolve, reject) => send({ bytes, resolve, reject }));
}

/** Opens connections to a server. Those by TLS share its context, and go on where an earlier one was, which saves most of a handshake. */
function opener({ origin, ca }: PoolSettings) {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') return () => dial(host, Number(port || 80));
  const secureContext = createSecureContext(ca === undefined ? {} : { ca });
  let session: Buffer | undefined;
  return (): TLSSocket => {
    const socket = secureConnect({
      ...{ host, port: Number(port || 443), secureContext, ALPNProtocols: ['http/1.1'] },
      ...(isIP(host) === 0 && { servername: host }),
      ...(session && { session }),
    });
    return socket.on('session', (next: Buffer) => {
      session = next;
    });
  };
}

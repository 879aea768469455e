import { isIP, type TcpSocketConnectOpts } from 'node:net';
import { createSecureContext, connect as secureConnect } from 'node:tls';
import { dial, type Line } from './dial.ts';
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
 * @returns what sends a request and resolves to the status of its answer. It rejects when none came, and tries nothing
 * again: whether the request arrived is not known.
 */
export function requestPool(settings: PoolSettings): (write: Request['write']) => Promise<number> {
  const { connections } = settings;
  const waiting: Request[] = [];
  /** The one that was used last comes first, so that those too many fall silent. Those that ended are found when they are taken. */
  const unused: HttpConnection[] = [];
  const all = new Set<HttpConnection>();

  const parts: HttpConnectionParts = {
    ...settings,
    open: opener(settings),
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
    const connection = openHttpConnection(parts);
    all.add(connection);
    return connection;
  };
  const send = (request: Request): void => {
    const connection = freeConnection() ?? (all.size < connections ? newConnection() : undefined);
    if (connection) connection.send(request);
    else waiting.push(request);
  };
  return (write) => new Promise((resolve, reject) => send({ write, resolve, reject }));
}

/** All connections by TLS are read into this one: what came is heard before anything else is read. */
const readInto = Buffer.alloc(16 * 1024);

/** The option by which a socket makes neither a stream of what comes, nor a buffer for each part. */
const withoutStream = (heard: (bytes: Buffer) => void): Pick<TcpSocketConnectOpts, 'onread'> => ({
  onread: {
    buffer: readInto,
    callback(length) {
      heard(readInto.subarray(0, length));
      return true;
    },
  },
});

/** Opens connections to a server. Those by TLS share its context, and go on where an earlier one was, which saves most of a handshake. */
function opener({ origin, ca }: PoolSettings): HttpConnectionParts['open'] {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'http:') {
    return (heard) => {
      const line: Line = dial(host, Number(port || 80));
      line.on('data', heard);
      return line;
    };
  }
  const secureContext = createSecureContext(ca === undefined ? {} : { ca });
  let session: Buffer | undefined;
  return (heard) => {
    const socket = secureConnect({
      ...{ host, port: Number(port || 443), secureContext, ALPNProtocols: ['http/1.1'] },
      ...withoutStream(heard),
      ...(isIP(host) === 0 && { servername: host }),
      ...(session && { session }),
    });
    return socket.on('session', (next: Buffer) => {
      session = next;
    });
  };
}

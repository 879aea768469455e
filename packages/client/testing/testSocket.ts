import type { WebSocketConstructor, WebSocketLike } from '../src/connection/webSocketLike.ts';

/** The server's end of one connection. */
export interface TestConnection {
  readonly id: string;
  readonly url: string;
  /** The token that it was opened with. */
  readonly token: string;
  readonly topics: Set<string>;
  /** Whether its client understands batches. */
  batch: boolean;
  state: 'opening' | 'open' | 'frozen' | 'closed';
  /** A frame to this client, past any interference. */
  send(frame: object): void;
  /** The connection ends, for both sides. */
  end(code: number): void;
}

export interface TestSocketHost {
  /** A client wants to connect. */
  onOpening(connection: TestConnection): void;
  onText(connection: TestConnection, text: string): void;
}

/** A WebSocket class whose other end is in the same program. What is sent arrives when the sender has returned. */
export function testSocketClass(host: TestSocketHost): WebSocketConstructor {
  let made = 0;
  return class TestSocket implements WebSocketLike {
    onopen: unknown = null;
    onmessage: unknown = null;
    onclose: unknown = null;
    onerror: unknown = null;
    readonly #connection: TestConnection;

    constructor(url: string, protocols: string[]) {
      const bearer = protocols.find((protocol) => protocol.startsWith('bearer.')) ?? '';
      const connection: TestConnection = {
        id: `connection-${++made}`,
        url,
        token: bearer.slice('bearer.'.length),
        topics: new Set(),
        batch: false,
        state: 'opening',
        send: (frame) => later(() => this.#tell(connection, frame)),
        end: (code) => later(() => this.#end(connection, code)),
      };
      this.#connection = connection;
      later(() => {
        host.onOpening(connection);
        if (connection.state === 'open' || connection.state === 'frozen') call(this.onopen, {});
      });
    }

    send(text: string): void {
      const connection = this.#connection;
      if (connection.state === 'opening') throw new Error('the socket is not open yet');
      if (connection.state === 'open') later(() => host.onText(connection, text));
    }

    close(code = 1005): void {
      // The other end of a half-open connection never answers the close, as in life.
      if (this.#connection.state === 'frozen') this.#connection.state = 'closed';
      else this.#connection.end(code);
    }

    #tell(connection: TestConnection, frame: object) {
      if (connection.state === 'open') call(this.onmessage, { data: JSON.stringify(frame) });
    }

    #end(connection: TestConnection, code: number) {
      if (connection.state === 'closed') return;
      connection.state = 'closed';
      call(this.onclose, { code });
    }
  };
}

/** A test may fake `queueMicrotask`, as Jest does unless it is told otherwise, but no promise. */
const later = (run: () => void) => void Promise.resolve().then(run);

function call(handler: unknown, event: object) {
  if (typeof handler === 'function') handler(event);
}

import { readAnswer } from './answer.ts';
import type { Line } from './dial.ts';

/** A request, and who waits for the status of its answer. */
export interface Request {
  /**
   * Gives its bytes, once it is its turn.
   *
   * @param room those of a request before, which may be written over
   */
  write(room: Buffer | undefined): Buffer;
  resolve(status: number): void;
  reject(error: Error): void;
}

export interface HttpConnectionParts {
  /** Opens a connection. Bytes are only what they are while they are heard: others are read over them. */
  readonly open: (heard: (bytes: Buffer) => void) => Line;
  /** How long an answer may take, and how long nothing may come while the connection is made. */
  readonly timeoutMs: number;
  /** How long it may stay unused. */
  readonly keepAliveMs: number;
  /** It is free for the next request. */
  onFree(connection: HttpConnection): void;
  /** It is over, for any reason. */
  onEnd(connection: HttpConnection): void;
}

/** One connection, for one request at a time. */
export interface HttpConnection {
  send(request: Request): void;
  /** Whether it may still be used: it is open, and was not silent for too long. */
  isFresh(): boolean;
  end(): void;
}

/** More than any answer of API Gateway has. What is longer is not read to its end. */
const maxAnswerBytes = 64 * 1024;

export function openHttpConnection({
  open,
  timeoutMs,
  keepAliveMs,
  onFree,
  onEnd,
}: HttpConnectionParts): HttpConnection {
  let current: Request | undefined;
  let sent: Buffer | undefined;
  let received: Buffer | undefined;
  let isBusy = false;
  /** When its request began, or its silence. */
  let since = 0;
  const connection: HttpConnection = {
    send(request) {
      current = request;
      received = undefined;
      isBusy = true;
      since = performance.now();
      socket.ref();
      try {
        // An answer may come before all of its request was taken.
        sent = request.write(socket.writableLength === 0 ? sent : undefined);
        socket.write(sent);
      } catch (error) {
        fail(error as Error);
      }
    },
    // A function that was frozen finds its timers late, and its connections closed by the other side.
    isFresh: () => socket.writable && performance.now() - since < keepAliveMs,
    end: () => void socket.destroy(),
  };

  const answered = (status: number): void => {
    current?.resolve(status);
    current = undefined;
  };
  const receive = (chunk: Buffer): void => {
    const bytes = received ? Buffer.concat([received, chunk]) : chunk;
    const answer = readAnswer(bytes);
    // Only the status counts, even if the rest is cut off.
    if (answer) answered(answer.status);
    const { length, isReusable } = answer ?? { length: undefined, isReusable: true };
    if (!isBusy || !isReusable || bytes.length > (length ?? maxAnswerBytes)) connection.end();
    else if (length !== undefined) free();
    // The timer is set back by every byte, be it one a second.
    else if (performance.now() - since > timeoutMs) fail(late());
    else received = bytes === chunk ? Buffer.from(chunk) : bytes;
  };
  const free = (): void => {
    isBusy = false;
    since = performance.now();
    received = undefined;
    // A program may end while its connections are unused.
    socket.unref();
    onFree(connection);
  };
  const late = () => new Error(`no answer within ${timeoutMs} ms`);
  const fail = (error: Error): void => {
    current?.reject(error);
    current = undefined;
    connection.end();
  };

  const socket = open((bytes) => {
    try {
      receive(bytes);
    } catch (error) {
      fail(error as Error);
    }
  });
  socket.setNoDelay(true);
  // One timer for all, which each byte sets back: to set one for each request costs a tenth of it.
  socket.setTimeout(timeoutMs);
  socket.on('timeout', () => {
    if (isBusy) fail(late());
    else if (connection.isFresh()) socket.setTimeout(timeoutMs);
    else connection.end();
  });
  socket.on('error', fail);
  socket.on('end', () => connection.end());
  socket.on('close', () => {
    fail(new Error('the connection was closed before an answer came'));
    onEnd(connection);
  });
  return connection;
}

import type { Socket } from 'node:net';
import { readAnswer } from './answer.ts';

/** A request as bytes, and who waits for the status of its answer. */
export interface Request {
  readonly bytes: Buffer;
  resolve(status: number): void;
  reject(error: Error): void;
}

export interface LineParts {
  readonly socket: Socket;
  /** How long nothing may come while an answer is waited for, or the connection is made. */
  readonly timeoutMs: number;
  /** How long it may stay unused. */
  readonly keepAliveMs: number;
  /** It is free for the next request. */
  onFree(line: Line): void;
  /** It is over, for any reason. */
  onEnd(line: Line): void;
}

/** One connection, for one request at a time. */
export interface Line {
  send(request: Request): void;
  /** Whether it may still be used: it is open, and was not silent for too long. */
  isFresh(): boolean;
  end(): void;
}

/** More than any answer of API Gateway has. What is longer is not read to its end. */
const maxAnswerBytes = 64 * 1024;

export function openLine({ socket, timeoutMs, keepAliveMs, onFree, onEnd }: LineParts): Line {
  let current: Request | undefined;
  let received: Buffer | undefined;
  let isBusy = false;
  let freeSince = 0;
  const line: Line = {
    send(request) {
      current = request;
      received = undefined;
      isBusy = true;
      socket.ref();
      socket.setTimeout(timeoutMs);
      socket.write(request.bytes);
    },
    // A function that was frozen finds its timers late, and its connections closed by the other side.
    isFresh: () => socket.writable && performance.now() - freeSince < keepAliveMs,
    end: () => void socket.destroy(),
  };

  const answered = (status: number): void => {
    current?.resolve(status);
    current = undefined;
  };
  const receive = (chunk: Buffer): void => {
    received = received ? Buffer.concat([received, chunk]) : chunk;
    const answer = readAnswer(received);
    // Only the status counts, even if the rest is cut off.
    if (answer) answered(answer.status);
    const { length, isReusable } = answer ?? { length: undefined, isReusable: true };
    if (!isBusy || !isReusable || received.length > (length ?? maxAnswerBytes)) line.end();
    else if (length !== undefined) free();
  };
  const free = (): void => {
    isBusy = false;
    freeSince = performance.now();
    received = undefined;
    socket.setTimeout(keepAliveMs);
    // A program may end while its connections are unused.
    socket.unref();
    onFree(line);
  };
  const fail = (error: Error): void => {
    current?.reject(error);
    current = undefined;
    line.end();
  };

  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    try {
      receive(chunk);
    } catch (error) {
      fail(error as Error);
    }
  });
  socket.on('timeout', () => fail(new Error(`no answer within ${timeoutMs} ms`)));
  socket.on('error', fail);
  socket.on('end', () => line.end());
  socket.on('close', () => {
    fail(new Error('the connection was closed before an answer came'));
    onEnd(line);
  });
  return line;
}

import type { DisconnectPayload } from '@tidings/protocol';
import { WebSocket } from 'ws';
import { Failed } from './failures.ts';
import type { Received, Step, TopicTail } from './topicTail.ts';

/** How a connection ended, and what may be done about it. */
export interface Ended {
  readonly reconnect: DisconnectPayload['reconnect'];
  readonly reason: string;
  readonly retryAfterMs?: number;
  /** Whether anything came over it. */
  readonly heard: boolean;
}

export interface Line {
  readonly url: string;
  readonly token: string;
  readonly stop: AbortSignal;
  print(text: string): void;
}

const meaning: Readonly<Record<number, string>> = {
  401: ': the token does not verify, or has expired',
  403: ': this token may not connect',
  429: ': the user has as many connections as it may',
};
const checkEveryMs = 30_000;
const handshakeTimeout = 20_000;

/** Opens a connection and lets a tail live on it until it ends. @throws Failed where going on makes no sense. */
export function connect({ url, token, stop, print }: Line, tail: TopicTail): Promise<Ended> {
  // In the subprotocol, the token stays out of addresses, and so out of logs.
  const socket = new WebSocket(url, ['tidings.v1', `bearer.${token}`], { handshakeTimeout });
  return new Promise<Ended>((resolve, reject) => {
    let ended: Omit<Ended, 'heard'> = { reconnect: 'backoff', reason: 'the connection was lost' };
    let heard = false;
    let isQuiet = false;

    const doStep = (work: () => Step): void => {
      try {
        const step = work();
        for (const frame of step.print) print(JSON.stringify(frame));
        if (step.send) socket.send(JSON.stringify(step.send));
        if (step.renew) socket.terminate();
      } catch (error) {
        reject(error);
        socket.terminate();
      }
    };
    const check = setInterval(() => {
      // Nothing since the last check, not even its answer: the network is gone, and nobody has said so.
      if (isQuiet) return socket.terminate();
      isQuiet = true;
      doStep(() => tail.check());
    }, checkEveryMs);
    const close = () => socket.close(1000);

    stop.addEventListener('abort', close, { once: true });
    if (stop.aborted) close();
    socket.on('open', () => doStep(() => tail.opened()));
    socket.on('message', (data) => {
      heard = true;
      isQuiet = false;
      const frame = JSON.parse(String(data)) as Received;
      if (frame.type === 'disconnect') ended = frame.payload as DisconnectPayload;
      else doStep(() => tail.received(frame));
    });
    socket.on('unexpected-response', (_, { statusCode = 0 }) => {
      const refused = `the handshake was refused with ${statusCode}${meaning[statusCode] ?? ''}`;
      if (statusCode === 401 || statusCode === 403) reject(new Failed(refused));
      else ended = { reconnect: 'backoff', reason: refused };
      socket.terminate();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(check);
      stop.removeEventListener('abort', close);
      resolve({ ...ended, heard });
    });
  });
}

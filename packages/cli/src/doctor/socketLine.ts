import { randomUUID } from 'node:crypto';
import type { ErrorPayload, ServerFrame } from '@tidings/protocol';
import { WebSocket } from 'ws';
import { Refused } from '../failures.ts';
import { CheckFailed } from './check.ts';

/** One connection, and all that came over it. */
export interface SocketLine {
  /** Sends an action and gives the payload of its answer. @throws Refused; CheckFailed where none comes */
  ask(action: string, frame?: { topic?: string; payload?: object }): Promise<Record<string, unknown>>;
  /** Asks for a pong. @throws CheckFailed where none comes */
  ping(): Promise<{ readonly ts: number | undefined; readonly roundTripMs: number }>;
  /** The first frame, of those that came and those to come, that fits. @throws CheckFailed where none comes */
  until(what: string, fits: (frame: ServerFrame) => boolean): Promise<ServerFrame>;
  close(): void;
}

interface Opening {
  readonly url: string;
  readonly token: string;
  readonly waitMs: number;
}

/** A stage for tests repeats a `ref` in a frame that is none. */
const answers: ReadonlySet<string> = new Set(['ack', 'subscribed', 'error']);

const whatToDo: Readonly<Record<number, string>> = {
  401: 'the authorizer writes a line that names the check which failed: docs/identity.md has them all',
  403: 'compare the address with the output WebSocketUrl, and the Origin with allowedOrigins of the stage',
  429: 'the user has as many connections as it may, or connects come too fast: wait a minute, or come as another user',
  500: 'the logs of the functions Authorize and Connect have a line of level ERROR',
};

/** A handshake that was answered with something else than a socket. */
export class HandshakeRefused extends CheckFailed {
  readonly status: number;
  constructor(status: number) {
    super(`the handshake was refused with ${status}`, whatToDo[status]);
    this.status = status;
  }
}

/** @throws HandshakeRefused; CheckFailed where nothing answers */
export async function openLine({ url, token, waitMs }: Opening): Promise<SocketLine> {
  const socket = new WebSocket(url, ['tidings.v1', `bearer.${token}`], { handshakeTimeout: waitMs });
  const came: ServerFrame[] = [];
  const looking = new Set<() => void>();
  let lost = false;
  const look = () => {
    for (const each of looking) each();
  };
  socket.on('message', (data) => {
    came.push(JSON.parse(String(data)) as ServerFrame);
    look();
  });
  socket.on('close', () => {
    lost = true;
    look();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_, { statusCode = 0 }) => {
      reject(new HandshakeRefused(statusCode));
      socket.terminate();
    });
    socket.on('error', (error) => reject(new CheckFailed(`no socket at ${url}: ${error.message}`)));
  });

  const until: SocketLine['until'] = (what, fits) =>
    new Promise((resolve, reject) => {
      const end = (then: () => void) => {
        looking.delete(find);
        clearTimeout(timer);
        then();
      };
      const find = () => {
        const found = came.find(fits);
        if (found) end(() => resolve(found));
        else if (lost) end(() => reject(new CheckFailed(`the connection was lost before ${what} came`)));
      };
      const timer = setTimeout(
        () => end(() => reject(new CheckFailed(`${what} did not come within ${waitMs / 1000} s`))),
        waitMs,
      );
      looking.add(find);
      find();
    });
  const send = (frame: object) => socket.send(JSON.stringify(frame));
  return {
    until,
    async ping() {
      const known = new Set(came);
      const began = performance.now();
      send({ action: 'ping' });
      const { ts } = await until('the pong', (frame) => frame.type === 'pong' && !known.has(frame));
      return { ts, roundTripMs: Math.round(performance.now() - began) };
    },
    async ask(action, frame = {}) {
      const ref = randomUUID();
      send({ action, ref, ...frame });
      const answer = await until(
        `the answer to ${action}`,
        (one) => one.ref === ref && answers.has(one.type),
      );
      const payload = (answer.payload ?? {}) as Record<string, unknown>;
      if (answer.type !== 'error') return payload;
      const { code, message } = payload as unknown as ErrorPayload;
      throw new Refused(code, message);
    },
    close: () => socket.terminate(),
  };
}

import type { ActionName, Payload, ServerFrame } from '@tidings/protocol';
import { WebSocket } from 'ws';
import { maxContentionMs } from '../../core/timeouts.ts';
import { leftOpen } from './leftOpen.ts';

/** A frame as a test looks at it. */
export interface Frame extends ServerFrame {
  readonly payload: Record<string, unknown>;
}

interface Ask<N extends string> {
  readonly topic?: string;
  readonly ref?: string;
  readonly payload?: N extends ActionName ? Payload<N> : unknown;
  /** What the server gives up for want of time is not asked again. */
  readonly once?: boolean;
}

export interface Client {
  /** Everything that came, in the order in which it came. */
  readonly transcript: readonly Frame[];
  /** The frames of one type that came so far, each event once: one may be sent again where a post was slow. */
  of(type: string): Frame[];
  sendText(text: string): void;
  /**
   * Sends an action and waits for the one frame that answers it. A machine that is slow enough meets the limits that
   * the server has for a request, which tells nothing of the rule at hand: then it is asked again with the same `ref`,
   * as every client does. An `unavailable` that comes sooner is the answer.
   */
  ask<N extends string>(action: N, ask?: Ask<N>): Promise<Frame>;
  /** The first frame, of those that came and those to come, that fits. On a time-out it throws with the transcript. */
  until(fits: (frame: Frame) => boolean, what?: string): Promise<Frame>;
  /** The same, by type. */
  type(type: string): Promise<Frame>;
  /** Resolves when all that the server had sent before this call is in the transcript. */
  settled(): Promise<void>;
  close(code?: number): Promise<void>;
  /** Ends the connection as a lost network does. */
  drop(): void;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly protocol: string;
}

const patienceMs = 60_000;

interface Opening {
  readonly token?: string;
  readonly protocols?: readonly string[];
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

/** Opens a connection. @throws Error `refused with 401` and the like when the handshake is refused. */
export async function openClient(wsUrl: string, opening: Opening): Promise<Client> {
  const protocols = opening.protocols ?? (opening.token ? ['tidings.v1', `bearer.${opening.token}`] : []);
  const socket = new WebSocket(wsUrl + (opening.query ?? ''), [...protocols], {
    headers: opening.headers ?? {},
  });
  const client = follow(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, response) => {
      reject(new Error(`refused with ${response.statusCode}`));
      socket.terminate();
    });
    socket.once('error', reject);
  });
  return client;
}

function follow(socket: WebSocket): Client {
  const transcript: Frame[] = [];
  const waiting = new Set<() => void>();
  const drop = () => socket.terminate();
  leftOpen.byTest.add(drop);
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once('close', (code, reason) => {
      leftOpen.byTest.delete(drop);
      resolve({ code, reason: reason.toString() });
      for (const look of waiting) look();
    });
  });
  socket.on('error', () => {});
  socket.on('message', (data) => {
    transcript.push(JSON.parse(String(data)) as Frame);
    for (const look of waiting) look();
  });
  const client: Client = {
    transcript,
    closed,
    get protocol() {
      return socket.protocol;
    },
    of: (type) => distinct(transcript.filter((frame) => frame.type === type)),
    sendText: (text) => socket.send(text),
    async ask(action, { ref = `ref-${asked++}`, once = false, ...rest } = {}) {
      const answers = ['ack', 'subscribed', 'error'];
      for (const giveUpAt = performance.now() + patienceMs; ; ) {
        const from = transcript.length;
        const sentAt = performance.now();
        socket.send(JSON.stringify({ action, ref, ...rest }));
        const answer = await client.until(
          (frame) => frame.ref === ref && answers.includes(frame.type) && transcript.indexOf(frame) >= from,
          `the answer to ${action}`,
        );
        const now = performance.now();
        const ranOutOfTime = answer.payload.code === 'unavailable' && now - sentAt >= maxContentionMs;
        if (once || !ranOutOfTime || now > giveUpAt) return answer;
      }
    },
    until: (fits, what = 'a frame') =>
      new Promise((resolve, reject) => {
        const give = (end: () => void) => {
          waiting.delete(look);
          clearTimeout(timer);
          end();
        };
        const look = () => {
          const found = transcript.find(fits);
          if (found) give(() => resolve(found));
          else if (socket.readyState === WebSocket.CLOSED)
            give(() => reject(missing(what, 'before the close', transcript)));
        };
        const timer = setTimeout(() => give(() => reject(missing(what, 'in time', transcript))), patienceMs);
        waiting.add(look);
        look();
      }),
    type: (type) => client.until((frame) => frame.type === type, type),
    async settled() {
      const pongs = client.of('pong').length;
      socket.send('{"action":"ping"}');
      await client.until(() => client.of('pong').length > pongs, 'a pong');
    },
    async close(code = 1000) {
      socket.close(code);
      await closed;
    },
    drop,
  };
  return client;
}

/** Without those that have the id of one before. */
function distinct(frames: readonly Frame[]): Frame[] {
  const ids = frames.map(({ id }) => id);
  return frames.filter(({ id }, at) => id === undefined || ids.indexOf(id) === at);
}

let asked = 0;

function missing(what: string, when: string, transcript: readonly Frame[]): Error {
  const lines = transcript.map((frame) => `  ${JSON.stringify(frame)}`).join('\n');
  return new Error(`${what} did not come ${when}. What came:\n${lines || '  nothing'}`);
}

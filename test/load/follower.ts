import type { ServerFrame } from '@tidings/protocol';
import { WebSocket } from 'ws';
import { type CatchUp, createTopicLog, type Position, type TopicLog } from './topicPosition.ts';

export interface FollowerOptions {
  readonly wsUrl: string;
  readonly userId: string;
  readonly token: string;
  /** All that it follows, its feeds included. */
  readonly topics: readonly string[];
  readonly random: () => number;
  /** Hear of each handshake that is begun, and of each that succeeded. */
  readonly onAttempt?: () => void;
  readonly onOpened?: () => void;
}

/**
 * A client by PROTOCOL.md and nothing more: positions, `hello` with `since`, gaps and `resync` repaired by
 * `subscribe`, lost last frames found by `sync`, a full jitter between attempts.
 *
 * It shares nothing with the client library, whose mistake it would repeat: it judges what the server sends, and counts
 * what comes twice or has to be repaired, which that client passes over in silence.
 */
export interface Follower {
  readonly userId: string;
  readonly logs: ReadonlyMap<string, TopicLog>;
  readonly figures: Readonly<Record<'opened' | 'repairs' | 'resyncs' | 'failures' | 'unanswered', number>>;
  /** Resolves when its first `hello` was answered. */
  start(): Promise<void>;
  /** Asks where its topics stand until it is level with all of them. */
  sync(): Promise<void>;
  /** Resolves when it has a connection whose `hello` was answered; after a cut, the next one. */
  opened(): Promise<void>;
  /** Ends the connection as a lost network does, or in good order; it comes back. */
  cut(how: 'lost' | 'closed'): void;
  stop(): void;
}

const backoff = { baseMs: 1_000, capMs: 60_000 };
/** Frames overtake each other, and `sync` knows of some that are on their way: what seems to be missing is waited for a little. */
const gapPatienceMs = 500;
const answers = ['ack', 'subscribed', 'error'];
const answerPatienceMs = 30_000;

/** What an answer can come to besides the frame: the socket, or the function, died before it. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export function createFollower(options: FollowerOptions): Follower {
  const { wsUrl, userId, topics, random } = options;
  const logs = new Map(topics.map((topic) => [topic, createTopicLog()]));
  const figures = { opened: 0, repairs: 0, resyncs: 0, failures: 0, unanswered: 0 };
  const asked = new Map<string, { resolve(frame: ServerFrame): void; reject(error: Error): void }>();
  const repairing = new Set<string>();
  let socket: WebSocket | undefined;
  let isWanted = false;
  let attempt = 0;
  let refs = 0;
  let isReady = false;
  let ready = deferred();

  const ask = (action: string, more: object): Promise<ServerFrame> =>
    new Promise((resolve, reject) => {
      if (socket?.readyState !== WebSocket.OPEN) return reject(new NoAnswer('no socket'));
      const ref = `${refs++}`;
      const tooLong = setTimeout(() => {
        asked.delete(ref);
        figures.unanswered++;
        reject(new NoAnswer(`${action} was not answered in time`));
      }, answerPatienceMs);
      const over =
        <T>(end: (value: T) => void) =>
        (value: T) => {
          clearTimeout(tooLong);
          end(value);
        };
      asked.set(ref, { resolve: over(resolve), reject: over(reject) });
      socket.send(JSON.stringify({ action, ref, ...more }));
    });

  /** Who waits already goes on waiting, through as many failed attempts as it takes. */
  const setUnready = () => {
    if (!isReady) return;
    isReady = false;
    ready = deferred();
  };

  const forsake = () => {
    for (const { reject } of asked.values()) reject(new NoAnswer('no answer came'));
    asked.clear();
  };

  /** Asks until there is an answer that is no passing error; a lost socket ends it, for `hello` does its work then. */
  const insist = async (action: string, more: object): Promise<object> => {
    for (let round = 0; ; round++) {
      const on = socket;
      const answer = await ask(action, more).catch((error: unknown) => {
        if (socket !== on || on?.readyState !== WebSocket.OPEN) throw error;
      });
      if (answer && answer.type !== 'error') return answer.payload ?? {};
      figures.failures++;
      const { code, retryable } = (answer?.payload ?? { code: 'none', retryable: true }) as {
        code: string;
        retryable: boolean;
      };
      if (code === 'unauthenticated') on?.terminate();
      if (!retryable) throw new NoAnswer(`${action} was answered with ${code}`);
      await pause(100 + random() * Math.min(2000, 200 * 2 ** round));
    }
  };

  const repair = async (topic: string): Promise<void> => {
    const log = logs.get(topic);
    if (!log || repairing.has(topic)) return;
    repairing.add(topic);
    try {
      for (let more = true; more; ) {
        const since = log.position;
        figures.repairs++;
        more = log.catchUp(
          (await insist('subscribe', { topic, payload: since ? { since } : {} })) as CatchUp,
        );
      }
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    } finally {
      repairing.delete(topic);
    }
  };

  const receive = (frame: Partial<ServerFrame>) => {
    const { type } = frame;
    // API Gateway's own word that a function died, which does not say over which request.
    if (type === undefined) return forsake();
    const waiting = frame.ref === undefined ? undefined : asked.get(frame.ref);
    if (waiting && frame.ref !== undefined && answers.includes(type)) {
      asked.delete(frame.ref);
      return waiting.resolve({ ...frame, type });
    }
    const { topic = '' } = frame;
    if (type === 'resync') {
      figures.resyncs++;
      void repair(topic);
    } else if (logs.get(topic)?.take({ ...frame, type })) {
      setTimeout(() => logs.get(topic)?.early && void repair(topic), gapPatienceMs);
    }
  };

  const greet = async () => {
    const subs = topics.map((topic) => {
      const since = logs.get(topic)?.position;
      return { topic, ...(since && { since }) };
    });
    const answer = await insist('hello', { payload: { v: 1, subs } });
    const again: string[] = [];
    for (const entry of (answer as { subs: (CatchUp & { topic: string })[] }).subs) {
      if (logs.get(entry.topic)?.catchUp(entry)) again.push(entry.topic);
    }
    attempt = 0;
    figures.opened++;
    isReady = true;
    ready.resolve();
    await Promise.all(again.map(repair));
  };

  const open = () => {
    options.onAttempt?.();
    const mine = new WebSocket(wsUrl, ['tidings.v1', `bearer.${options.token}`], {
      perMessageDeflate: false,
    });
    socket = mine;
    mine.on('error', () => {});
    mine.on('open', () => {
      options.onOpened?.();
      void greet().catch(() => mine.terminate());
    });
    mine.on('message', (data) => receive(JSON.parse(String(data)) as Partial<ServerFrame>));
    mine.once('close', () => {
      forsake();
      setUnready();
      if (!isWanted) return;
      const delayMs = random() * Math.min(backoff.capMs, backoff.baseMs * 2 ** attempt++);
      setTimeout(() => isWanted && open(), delayMs);
    });
  };

  const isLevel = () => [...logs.values()].every(({ early }) => early === 0) && repairing.size === 0;

  return {
    userId,
    logs,
    figures,
    start() {
      isWanted = true;
      open();
      return ready.promise;
    },
    async sync() {
      while (isWanted) {
        await ready.promise;
        if (!isWanted) return;
        const heads = Object.fromEntries([...logs].map(([topic, log]) => [topic, log.position]));
        try {
          const answer = (await insist('sync', { payload: { heads } })) as { behind: object };
          const behind = Object.keys(answer.behind);
          if (behind.length === 0 && isLevel()) return;
          await pause(behind.length === 0 ? gapPatienceMs / 10 : gapPatienceMs);
          const still = behind.filter((topic) => isSame(logs.get(topic)?.position, heads[topic]));
          await Promise.all(still.map(repair));
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error;
          await pause(gapPatienceMs / 10);
        }
      }
    },
    opened: () => ready.promise,
    cut(how) {
      setUnready();
      if (how === 'lost') socket?.terminate();
      else socket?.close(1000);
    },
    stop() {
      isWanted = false;
      ready.resolve();
      socket?.terminate();
    },
  };
}

const isSame = (one: Position | undefined, other: Position | undefined) =>
  one?.epoch === other?.epoch && one?.seq === other?.seq;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function deferred(): { promise: Promise<void>; resolve(): void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

import type { DisconnectPayload, ErrorCode, ErrorDetail } from '@tidings/protocol';
import type { GetToken } from '../src/connection/renewal.ts';
import type { Signals } from '../src/connection/signals.ts';
import type { WebSocketConstructor } from '../src/connection/webSocketLike.ts';
import { checkNumber } from '../src/options.ts';
import { asksForBatch, choose, otherFeeds, readAddress } from './testFeeds.ts';
import { createTestPosts } from './testPosts.ts';
import { type TestConnection, testSocketClass } from './testSocket.ts';
import { createTestTopics, type LoggedEvent, type TestTopic } from './testTopics.ts';
import { createVirtualClock, type VirtualClock } from './virtualClock.ts';

/** A frame of the client. */
export interface AskedFrame {
  readonly action: string;
  readonly ref?: string;
  readonly topic?: string;
  readonly payload?: Readonly<Record<string, never>>;
}

/** What a scripted action answers: the payload of its `ack`, a refusal, or nothing at all. `usual` is what it would be without a script. */
export type Answerer = (
  frame: AskedFrame,
  connection: TestConnection,
  usual: () => object | undefined,
) => object | Refusal | undefined;

/** What an action is refused with. */
export interface Refusal {
  readonly refused: ErrorCode;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
  readonly details?: readonly ErrorDetail[];
}

/** One thing that happened. */
export interface Line {
  readonly at: number;
  readonly connection: string;
  readonly way: 'opened' | 'refused' | 'in' | 'out' | 'closed';
  readonly frame?: object;
}

/** How the server is to differ from a usual one. */
export interface TestServerOptions {
  readonly clock?: VirtualClock;
  /** How many events an answer has at most, how many clients or doctors a page, and how many topics a `sync` looks at. @default 300 */
  readonly maxEvents?: number;
  /** What `hello` is answered besides, such as `{ rotateAfterMs }`. */
  readonly hello?: object;
  /** For how long a token is good. @default 3600000 */
  readonly tokenLifeMs?: number;
}

/** A server in memory, which does what a test says. */
export interface TestServer {
  /** All that `createClient` needs to talk to this server. Randomness is 0.5 throughout, and each client has a `clientId` of its own. */
  readonly options: {
    readonly url: string;
    readonly WebSocket: WebSocketConstructor;
    readonly clock: VirtualClock;
    readonly random: () => number;
    readonly signals: Signals;
    readonly getToken: GetToken;
    readonly clientId: string;
  };
  readonly clock: VirtualClock;
  /** Everything that happened, in order. */
  readonly transcript: readonly Line[];
  /** The frames of clients, of one action if it is named. */
  asked(action?: string): AskedFrame[];
  /** Connections that are open, the oldest first. */
  connections(): TestConnection[];
  /** Commits an event and sends it to whoever is subscribed. */
  publish(topic: string, type: string, payload?: object, from?: string): LoggedEvent;
  /** The same without sending it: a publisher that died just after its commit. */
  commit(topic: string, type: string, payload?: object): LoggedEvent;
  /** Sends a frame that is not in the log to whoever is subscribed. */
  push(topic: string, frame: { readonly type: string; readonly payload?: object }): void;
  /** What is published and pushed meanwhile reaches each connection that asked for batches as one frame. */
  together(run: () => void): void;
  topic(name: string): TestTopic;
  /** Gives a topic a new epoch and an empty log, as when it was deleted and made again. */
  recreate(name: string): void;
  /** From now on an action is answered by this. `undefined` leaves it without an answer. */
  respond(action: string, answerer: Answerer): void;
  /** Refuses the next handshakes. */
  refuse(count: number): void;
  /** Ends every connection without a word. */
  drop(): void;
  /** Every connection stays open and nothing comes through it any more. */
  freeze(): void;
  /** Announces the end of every connection, and ends it. */
  disconnect(payload: Partial<DisconnectPayload> & Pick<DisconnectPayload, 'reconnect'>): void;
  /**
   * Decides about each event frame that goes out after how many milliseconds it arrives, once for each
   * number: `[]` loses it, `[0, 0]` doubles it.
   */
  interfere(how: (event: LoggedEvent, connection: TestConnection) => readonly number[]): void;
  /** What the machine says: the page is looked at, the network went or came. */
  signal(signal: 'wake' | 'offline'): void;
  /** Lets time pass. The same as `clock.advance`. */
  advance(ms: number): Promise<void>;
}

const user = { userId: 'ada', tenant: 'acme', roles: ['msp'] };
const limits = { frameBytes: 32_000, framesPerSecond: 20, frameBurst: 40, topicsPerConnection: 100 };

/** A server in memory that keeps to PROTOCOL.md, does what a test says, and lives by a virtual clock. */
export function createTestServer(options: TestServerOptions = {}): TestServer {
  const { clock = createVirtualClock(), maxEvents = 300, tokenLifeMs = 3_600_000 } = options;
  checkNumber('maxEvents', maxEvents, 1);
  checkNumber('tokenLifeMs', tokenLifeMs, 0);
  const topics = createTestTopics(clock.now, maxEvents);
  const all: TestConnection[] = [];
  const transcript: Line[] = [];
  const answerers = new Map<string, Answerer>();
  const remembered = new Map<string, object>();
  const listeners = new Set<() => void>();
  let interference: Parameters<TestServer['interfere']>[0] = () => [0];
  let refusals = 0;
  let isOnline = true;
  let tokens = 0;
  let clients = 0;

  const note = (way: Line['way'], connection: TestConnection, frame?: object) =>
    void transcript.push({ at: clock.now(), connection: connection.id, way, ...(frame && { frame }) });
  const open = () => all.filter(({ state }) => state === 'open' || state === 'frozen');

  const { post, postEvent, together } = createTestPosts(clock.now, (...posted) => note('out', ...posted));

  function fanOut(event: LoggedEvent, except?: TestConnection) {
    for (const connection of open()) {
      if (connection === except || !isIn(connection, event.topic)) continue;
      for (const delayMs of interference(event, connection)) {
        if (delayMs === 0) postEvent(connection, event);
        else clock.setTimeout(() => post(connection, event), delayMs);
      }
    }
  }

  const expiresAt = () => clock.now() + tokenLifeMs;
  const isRefusal = (answer: object): answer is Refusal => 'refused' in answer;

  const builtIn: Readonly<Record<string, (frame: AskedFrame, connection: TestConnection) => object>> = {
    hello({ payload }, connection) {
      const wanted = (payload?.subs ?? []) as { topic: string }[];
      if (payload?.feeds) choose(connection, payload.feeds);
      connection.batch = asksForBatch(payload?.features);
      const subs = [...otherFeeds(connection, wanted), ...wanted].map((sub) => {
        connection.topics.add(sub.topic);
        return { topic: sub.topic, ...topics.subscribed(sub.topic, sub) };
      });
      const about = { ...user, connectionId: connection.id, expiresAt: expiresAt(), limits };
      return { ...about, rotateAfterMs: 6_000_000, heartbeatMs: 60_000, ...options.hello, subs };
    },
    subscribe({ topic = '', payload }, connection) {
      connection.topics.add(topic);
      return topics.subscribed(topic, payload ?? {});
    },
    unsubscribe({ topic = '' }, connection) {
      return connection.topics.delete(topic) ? {} : { refused: 'not_subscribed' };
    },
    sync: ({ payload }) => topics.behind(payload?.heads ?? {}),
    auth: () => ({ expiresAt: expiresAt() }),
    'room.send'({ topic = '', payload }, connection) {
      const event = topics.append(topic, 'room.message', payload ?? {}, user.userId, clock.now());
      fanOut(event, connection);
      return { epoch: event.epoch, seq: event.seq };
    },
  };

  function answer(connection: TestConnection, frame: AskedFrame) {
    const { action, ref, topic } = frame;
    if (action === 'ping') return post(connection, { type: 'pong', ts: clock.now() });
    const known = ref === undefined ? undefined : remembered.get(ref);
    const usual = () => builtIn[action]?.(frame, connection) ?? { refused: 'unknown_action' };
    const scripted = answerers.get(action) ?? usual;
    const given = known ? { ...known, dup: true } : scripted(frame, connection, usual);
    if (!given) return;
    const head = {
      ...(ref !== undefined && { ref }),
      ts: clock.now(),
      ...(topic !== undefined && { topic }),
    };
    if (isRefusal(given)) {
      const { refused: code, retryable = false, ...more } = given;
      const payload = { code, message: code, retryable, ...more };
      return post(connection, { type: 'error', ...head, payload });
    }
    if (ref !== undefined && !(action in connectionActions)) remembered.set(ref, given);
    post(connection, { type: action === 'subscribe' ? 'subscribed' : 'ack', ...head, payload: given });
  }

  const WebSocket = testSocketClass({
    onOpening(connection) {
      if (refusals > 0) {
        refusals--;
        note('refused', connection);
        connection.end(1006);
        return;
      }
      connection.state = 'open';
      readAddress(connection);
      all.push(connection);
      note('opened', connection);
    },
    onText(connection, text) {
      if (connection.state !== 'open') return;
      const frame = JSON.parse(text) as AskedFrame;
      note('in', connection, frame);
      answer(connection, frame);
    },
  });

  const server: TestServer = {
    options: {
      url: 'wss://test.invalid/dev',
      WebSocket,
      clock,
      random: () => 0.5,
      signals: {
        online: () => isOnline,
        listen(on) {
          listeners.add(on);
          return () => void listeners.delete(on);
        },
      },
      getToken: () => `token-${++tokens}`,
      get clientId() {
        return `client-${++clients}`;
      },
    },
    clock,
    transcript,
    asked: (action) =>
      transcript
        .filter(({ way }) => way === 'in')
        .map(({ frame }) => frame as AskedFrame)
        .filter((frame) => action === undefined || frame.action === action),
    connections: open,
    publish(topic, type, payload = {}, from = 'bo') {
      const event = topics.append(topic, type, payload, from, clock.now());
      fanOut(event);
      return event;
    },
    commit: (topic, type, payload = {}) => topics.append(topic, type, payload, 'bo', clock.now()),
    push(topic, frame) {
      for (const connection of open())
        if (isIn(connection, topic)) postEvent(connection, { ...frame, topic });
    },
    together,
    topic: topics.get,
    recreate(name) {
      const topic = topics.get(name);
      topic.epoch += '+';
      topic.events = [];
      topic.expired = 0;
      topic.updatedAt = clock.now();
    },
    respond: (action, answerer) => void answerers.set(action, answerer),
    refuse(count) {
      refusals = count;
    },
    drop() {
      for (const connection of open()) {
        note('closed', connection);
        connection.end(1006);
      }
    },
    freeze() {
      for (const connection of open()) connection.state = 'frozen';
    },
    disconnect(payload) {
      for (const connection of open()) {
        post(connection, {
          type: 'disconnect',
          payload: { code: 4503, reason: 'as the test says', ...payload },
        });
        note('closed', connection);
        connection.end(1000);
      }
    },
    interfere(how) {
      interference = how;
    },
    signal(signal) {
      isOnline = signal === 'wake';
      for (const listener of [...listeners]) listener();
    },
    advance: clock.advance,
  };
  return server;
}

/** Their refs are no idempotency keys: each is answered anew. */
const connectionActions = { hello: 1, subscribe: 1, unsubscribe: 1, sync: 1, auth: 1 };

const isIn = ({ topics }: TestConnection, topic: string) =>
  topics.has(topic) || topics.has(topic.replace(/:.*/, ':*'));

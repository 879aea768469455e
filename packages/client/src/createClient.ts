import type { Answer, ServerFrame } from '@tidings/protocol';
import type { Client, ClientOptions } from './client.ts';
import { never, systemClock } from './clock.ts';
import { createConnection } from './connection.ts';
import type { Contract, TidingsContract } from './contract.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { HelloAnswer, Link } from './link.ts';
import { createOutbox } from './outbox.ts';
import { createKeptPositions } from './positions.ts';
import { defaultReducers } from './reducers.ts';
import { createRenewal } from './renewal.ts';
import { type Audience, createSession } from './session.ts';
import { browserSignals } from './signals.ts';
import { createStore, type Status } from './status.ts';
import { TidingsError } from './tidingsError.ts';
import { createTopic } from './topic.ts';
import { topicName } from './topicName.ts';
import { createUpkeep } from './upkeep.ts';
import type { WebSocketConstructor } from './webSocketLike.ts';

const syncEveryMs = 60_000;
const roomEchoes = { 'room.send': 'room.message' };
const rethrow = (error: unknown) =>
  queueMicrotask(() => {
    throw error;
  });

/**
 * A client of one Tidings stage. It does nothing until it is used.
 *
 * @example
 * const client = createClient({ url: 'wss://…/prod', getToken: () => session.token() });
 * client.topic('client', 'acme').on('interaction', ({ payload }) => show(payload.totals));
 * await client.request('interaction.record', { clientId: 'acme', kind: 'login' });
 */
export function createClient<C extends Contract = TidingsContract>(options: ClientOptions): Client<C> {
  const { clock = systemClock, random = Math.random, onError: report = rethrow, offline = 'queue' } = options;
  const { echoes = roomEchoes as Readonly<Record<string, string>>, signals = browserSignals() } = options;
  const webSocket = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  const status = createStore<Status>({ state: 'idle', attempt: 0 }, report);
  const clientId = options.clientId ?? randomName(random);
  let refs = 0;
  const newRef = () => `${clientId}-${(refs++).toString(36)}-${Math.floor(random() * 2 ** 32).toString(36)}`;
  const topics = new Map<string, { topic: unknown; audience: Audience }>();
  const positions = createKeptPositions(options.positions, clock, report);
  let syncAt = never;
  let stopListening = () => {};

  const heartbeat = createHeartbeat(
    clock,
    () => connection.link?.send('{"action":"ping"}'),
    () => connection.fail('no sign of life'),
  );
  const outbox = createOutbox({
    clock,
    random,
    newRef,
    mostQueued: options.mostQueued ?? 100,
    timeoutMs: options.requestTimeoutMs ?? 30_000,
    onSent() {
      heartbeat.sent();
      upkeep.rearm();
    },
    onAnswer({ action, topic, payload = {} }, { payload: answer, ts }) {
      const { epoch, seq } = (answer ?? {}) as { epoch?: string; seq?: number };
      const type = echoes[action];
      if (type === undefined || topic === undefined || epoch === undefined || seq === undefined) return;
      const from = status.getSnapshot().session?.userId;
      const event = {
        type,
        topic,
        epoch,
        seq,
        payload,
        ...(from && { from }),
        ...(ts !== undefined && { ts }),
      };
      session.frame(event);
    },
  });
  const askOn = (action: string, topic: string | undefined, payload: object, link: Link) =>
    outbox.ask({ action, topic, payload, link, offline: 'fail' });
  const session = createSession({
    clock,
    clientId,
    link: () => connection.link,
    ask: askOn,
    audience: (name) => topics.get(name)?.audience,
    restored: positions.get,
    onPosition: positions.set,
  });
  const renewal = createRenewal({
    clock,
    random,
    getToken: options.getToken,
    auth: async (link, token) => (await askOn('auth', undefined, { token }, link)).payload as Answer<'auth'>,
    onOtherUser: () => connection.fail('the token is of another user now'),
  });
  const upkeep = createUpkeep(clock, wake);
  const connection = createConnection({
    url: options.url,
    webSocket: webSocket as WebSocketConstructor,
    getToken: options.getToken,
    clock,
    random,
    signals,
    newRef,
    hello: session.hello,
    onOpen: opened,
    onGone(link) {
      if (!connection.link) {
        heartbeat.rest();
        renewal.closed();
        syncAt = never;
      }
      outbox.lost(link);
    },
    onFrame: received,
    onCrash: outbox.crashed,
    onStatus: told,
    isOwing: outbox.pendingOn,
    rearm: () => upkeep.rearm(),
  });
  upkeep.add(...connection.chores, heartbeat, renewal, {
    dueAt: () => syncAt,
    run() {
      syncAt = clock.now() + syncEveryMs;
      // A sync that fails is made up for by the next one.
      session.sync().catch(() => {});
    },
  });

  function opened(link: Link, answer: HelloAnswer) {
    heartbeat.watch(answer.heartbeatMs);
    renewal.opened(link, answer);
    syncAt = clock.now() + syncEveryMs * (0.5 + random() / 2);
    outbox.use(link, answer.limits);
    session.opened(link, answer);
  }

  function received(frame: ServerFrame, link: Link) {
    const isCurrent = link === connection.link;
    if (isCurrent) heartbeat.heard(frame.type === 'pong');
    if (frame.ref !== undefined) outbox.answer(frame);
    // While a link replaces another both bring events: those with a number are told apart, others are not.
    else if (isCurrent || frame.seq !== undefined) session.frame(frame);
  }

  function told(next: Status) {
    // Timers would keep a Node process alive for nothing.
    if (next.state === 'closed') rest(next.reason ?? 'closed');
    status.set(next);
  }

  function rest(reason: string) {
    stopListening();
    upkeep.stop();
    session.stop();
    positions.flush();
    outbox.failAll(new TidingsError('closed', reason));
  }

  function wake() {
    if (connection.link) heartbeat.probe();
    else connection.hurry();
    upkeep.rearm();
  }

  function connect() {
    const { state } = status.getSnapshot();
    if (state !== 'idle' && state !== 'closed') return;
    // Not earlier: a server that renders pages makes a client too, and never connects it.
    if (!webSocket) throw new Error('no WebSocket here: give createClient the option WebSocket');
    status.set({ state: 'connecting', attempt: 0 });
    stopListening = signals.listen(wake);
    upkeep.rearm();
    void positions.load().then(() => {
      session.restore();
      if (status.getSnapshot().state === 'connecting') connection.start();
    });
  }

  const isIdle = () => status.getSnapshot().state === 'idle';

  function topicOf(kind: string, id: string | undefined) {
    const name = topicName(kind, id);
    const known = topics.get(name);
    if (known) return known.topic;
    const made = createTopic({
      name,
      reducer: { ...defaultReducers, ...options.reducers }[name === 'client:*' ? name : kind],
      follow() {
        session.follow(name);
        if (isIdle()) connect();
      },
      unfollow: () => session.unfollow(name),
      position: () => session.position(name),
      report,
    });
    topics.set(name, made);
    return made.topic;
  }

  return {
    status,
    connect,
    close() {
      connection.stop('the client was closed');
    },
    topic: (kind, id) => topicOf(kind, id) as never,
    async request(action, ...[payload, wish = {}]) {
      if (isIdle()) connect();
      if (status.getSnapshot().state === 'closed') throw new TidingsError('closed', 'the client is closed');
      const asked = { action, payload: payload as object | undefined, ...wish };
      const { payload: answer } = await outbox.ask({ ...asked, offline: wish.offline ?? offline });
      return answer as never;
    },
    ping() {
      const pong = heartbeat.ping();
      upkeep.rearm();
      return pong;
    },
  };
}

const randomName = (random: () => number) =>
  [1, 2, 3].map(() => Math.floor(random() * 2 ** 48).toString(36)).join('');

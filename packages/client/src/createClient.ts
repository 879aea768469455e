import type { Answer, ServerFrame } from '@tidings/protocol';
import { never, steady, systemClock } from './base/clock.ts';
import { isPosition } from './base/incoming.ts';
import { createStore, type Status } from './base/status.ts';
import { badRequest, TidingsError } from './base/tidingsError.ts';
import { createUpkeep } from './base/timers.ts';
import type { Client, ClientOptions } from './client.ts';
import { createConnection } from './connection/connection.ts';
import { createHeartbeat } from './connection/heartbeat.ts';
import { createRenewal } from './connection/renewal.ts';
import { browserSignals } from './connection/signals.ts';
import type { HelloAnswer, Link } from './connection/socket.ts';
import type { WebSocketConstructor } from './connection/webSocketLike.ts';
import type { Contract, TidingsContract } from './contract.ts';
import { defaultEchoes } from './echoes.ts';
import { checkOptions } from './options.ts';
import { defaultReducers } from './reducers.ts';
import { createOutbox } from './requests/outbox.ts';
import { createKeptPositions } from './topics/positions.ts';
import { createSession, type Session } from './topics/subscriptions.ts';
import { createTopic } from './topics/topic.ts';
import { topicName } from './topics/topicName.ts';

const syncEveryMs = 60_000;
/** Whatever a server says, not one `sync` after the other. */
const shortestSyncMs = 1_000;
type MadeTopic = ReturnType<typeof createTopic>;

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
 * @throws TidingsError `bad_request`, with the name of an option that nothing can be done with.
 */
export function createClient<C extends Contract = TidingsContract>(options: ClientOptions): Client<C> {
  const numbers = checkOptions(options);
  const clock = steady(options.clock ?? systemClock);
  const { random = Math.random, onError: report = rethrow, offline = 'queue' } = options;
  const { echoes = defaultEchoes, signals = browserSignals() } = options;
  const webSocket = options.WebSocket ?? (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket;
  const status = createStore<Status>({ state: 'idle', attempt: 0 }, report);
  const word = () => random().toString(36).slice(2, 12);
  const clientId = options.clientId ?? word() + word() + word();
  let refs = 0;
  const newRef = () => `${clientId}-${refs++}-${word()}`;
  /** Those that are followed: nobody else may have them, and their listeners are to be called. */
  const held = new Set<MadeTopic>();
  /** All that somebody has: whoever asks for one is given the same again. */
  const topics = new Map<string, WeakRef<MadeTopic>>();
  let lastUser: string | undefined;
  let isReopened = false;
  const positions = createKeptPositions(options.positions, clock, report);
  let syncAt = never;
  let stopListening: (() => void) | undefined;

  const heartbeat = createHeartbeat(
    clock,
    () => connection.link?.send('{"action":"ping"}'),
    () => connection.link?.fail('no sign of life'),
  );
  const shared = { ...options, clock, random, signals, newRef, clientId };
  const outbox = createOutbox({
    ...shared,
    ...numbers,
    onSent() {
      heartbeat.sent();
      upkeep.rearm();
    },
    onAnswer({ action, topic, payload = {} }, { payload: answer, ts }) {
      const type = echoes[action];
      if (!type || !topic || !isPosition(answer)) return;
      const { epoch, seq } = answer;
      const from = status.getSnapshot().session?.userId;
      session.frame({ type, topic, epoch, seq, payload, from, ts } as ServerFrame);
    },
  });
  const askOn = (action: string, topic: string | undefined, payload: object, link: Link) =>
    outbox.ask({ action, topic, payload, link });
  function newSession() {
    const made: Session = createSession({
      ...shared,
      // That of a former user has come to its end.
      link: () => (made === session ? connection.link : undefined),
      ask: askOn,
      audience: (name) => topics.get(name)?.deref()?.audience,
      restored: positions.get,
      onPosition: positions.set,
    });
    return made;
  }
  let session = newSession();
  const renewal = createRenewal({
    ...shared,
    auth: async (link, token) => (await askOn('auth', undefined, { token }, link)).payload as Answer<'auth'>,
    onOtherUser: () => connection.link?.fail('another user'),
    onSignedOut: () => connection.stop('no token'),
  });
  const upkeep = createUpkeep(clock, wake);
  const connection = createConnection({
    ...shared,
    webSocket: webSocket as WebSocketConstructor,
    hello: () => session.hello(),
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
    onCrash(link) {
      if (link === connection.link) heartbeat.heard(false);
      outbox.crashed(link);
    },
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
    const user = JSON.stringify([answer.tenant, answer.userId]);
    const isNext = user !== (lastUser ?? user);
    lastUser = user;
    // What was asked for since the client was opened again may well be the new user's.
    if (isNext && !isReopened) outbox.failAll(new TidingsError('identity_mismatch', 'another user'));
    isReopened = false;
    outbox.use(link, answer.limits);
    // Not what it says of topics: that is what came after the former user's positions.
    if (isNext) succeed();
    else session.opened(link, answer);
  }

  /** Another user follows what the former one did, and knows nothing of it. */
  function succeed() {
    positions.end();
    const followed = session.end();
    session = newSession();
    followed.forEach(session.follow);
    for (const { audience, topic } of [...held]) audience.left(followed.includes(topic.name));
  }

  function received(frame: ServerFrame, link: Link) {
    const isCurrent = link === connection.link;
    if (isCurrent) heartbeat.heard(frame.type === 'pong');
    if (frame.ref !== undefined) outbox.answer(frame);
    // While a link replaces another both bring events: those with a number are told apart, others are not.
    else if (isCurrent || frame.seq !== undefined) session.frame(frame);
    if (isCurrent && frame.type === 'resync') hurrySync();
  }

  /** One resync stands for whatever this connection has missed until then (PROTOCOL.md 3.7). */
  function hurrySync() {
    syncAt = Math.min(syncAt, Math.max(clock.now(), syncAt - syncEveryMs + shortestSyncMs));
    upkeep.rearm();
  }

  function told(next: Status) {
    const over = closedBy(next);
    if (over) rest(over);
    status.set(next);
  }

  function rest(error: TidingsError) {
    stopListening?.();
    // Timers would keep a Node process alive for nothing.
    upkeep.run(false);
    session.stop();
    positions.flush();
    outbox.failAll(error);
    isReopened = true;
    for (const { audience } of held) audience.closed(error);
  }

  function wake() {
    if (connection.link) heartbeat.probe();
    else if (signals.online()) connection.hurry();
    upkeep.rearm();
  }

  function connect() {
    if (!isIdle() && !closed()) return;
    // Not earlier: a server that renders pages makes a client too, and never connects it.
    if (!webSocket) throw badRequest('WebSocket: give that of ws, for Node has none before 22');
    stopListening = signals.listen(wake);
    upkeep.run(true);
    status.set({ state: 'connecting', attempt: 0 });
    void positions.load().then(() => {
      session.restore();
      if (!closed()) connection.start();
    });
  }

  const isIdle = () => status.getSnapshot().state === 'idle';
  const closed = () => closedBy(status.getSnapshot());

  function topicOf(kind: string, id?: string) {
    const name = topicName(kind, id);
    const known = topics.get(name)?.deref();
    if (known) return known.topic;
    const made = createTopic({
      name,
      reducer: { ...defaultReducers, ...options.reducers }[name === 'client:*' ? name : kind],
      follow() {
        if (isIdle()) connect();
        held.add(made);
        session.follow(name);
      },
      unfollow: () => session.unfollow(name),
      onLeft: () => held.delete(made),
      position: () => session.position(name),
      closed,
      report,
    });
    topics.set(name, new WeakRef(made));
    return made.topic;
  }

  return {
    status,
    connect,
    close() {
      if (!closed()) connection.stop('closed');
    },
    topic: topicOf as never,
    async request(action, ...[payload, wish = {}]) {
      if (isIdle()) connect();
      const why = closed();
      if (why) throw why;
      const asked = { action, payload: payload as object | undefined, offline, ...wish };
      return (await outbox.ask(asked)).payload as never;
    },
    ping() {
      const pong = heartbeat.ping();
      upkeep.rearm();
      return pong;
    },
  };
}

const closedBy = ({ state, reason = 'closed' }: Status) =>
  state === 'closed' ? new TidingsError('closed', reason) : undefined;

import { shortestSyncMs, syncEveryMs } from './base/bounds.ts';
import { never, steady, systemClock } from './base/clock.ts';
import { createStore } from './base/store.ts';
import { TidingsError } from './base/tidingsError.ts';
import { createTimers, type Task } from './base/timers.ts';
import type { Client, ClientOptions } from './client.ts';
import { rulesOf } from './clientFeature.ts';
import { createConnection } from './connection/connection.ts';
import { createHeartbeat } from './connection/heartbeat.ts';
import { createRenewal } from './connection/renewal.ts';
import { browserSignals } from './connection/signals.ts';
import type { Socket } from './connection/socket.ts';
import type { Status } from './connection/status.ts';
import type { WebSocketConstructor } from './connection/webSocketLike.ts';
import type { Contract } from './contract.ts';
import type { TidingsContract } from './features/tidingsContract.ts';
import { aClass, check, checkOptions } from './options.ts';
import { createOutbox } from './requests/outbox.ts';
import { createSubscriptions } from './topics/subscriptions.ts';
import { createTopic } from './topics/topic.ts';
import { topicName } from './topics/topicName.ts';

type MadeTopic = ReturnType<typeof createTopic>;

const rethrow = (error: unknown) =>
  queueMicrotask(() => {
    throw error;
  });

/**
 * A client of one Tidings stage. It does nothing until it is used.
 *
 * @example
 * const client = createClient({ url: 'wss://…/prod', getToken: () => subscriptions.token() });
 * client.topic('client', 'acme').on('interaction', ({ payload }) => show(payload.totals));
 * await client.request('interaction.record', { clientId: 'acme', kind: 'login' });
 * @throws TidingsError `bad_request`, with the name of an option that nothing can be done with.
 */
export function createClient<C extends Contract = TidingsContract>(options: ClientOptions): Client<C> {
  const numbers = checkOptions(options);
  const clock = steady(options.clock ?? systemClock);
  const { random = Math.random, onError: report = rethrow, offline = 'queue' } = options;
  const { features = [], signals = browserSignals() } = options;
  const { WebSocket = (globalThis as { WebSocket?: WebSocketConstructor }).WebSocket } = options;
  const status = createStore<Status>({ state: 'idle', attempt: 0 }, report);
  const show = options.diagnose?.(status.set) ?? status.set;
  const word = () => random().toString(36).slice(2, 12);
  const clientId = options.clientId ?? word() + word();
  let refs = 0;
  const newRef = () => `${clientId}-${refs++}-${word()}`;
  /** All that somebody has or follows: whoever asks for one is given the same again. */
  const topics = new Map<string, WeakRef<MadeTopic>>();
  let lastUser: string | undefined;
  let isReopened = false;
  const positions = options.positions?.(clock, report);
  const feedKinds = ['user', 'tenant', ...features.flatMap(({ feeds = [] }) => feeds)];
  let syncAt = never;
  let stopListening: (() => void) | undefined;

  const timers = createTimers(clock, wake);
  const { rearm } = timers;
  const socket = () => connection.socket();
  const heartbeat = createHeartbeat(clock, socket);
  const shared = { ...options, clock, random, signals, newRef, clientId, socket, rearm };
  const outbox = createOutbox({
    ...shared,
    ...numbers,
    onSent: heartbeat.sent,
    onAnswer(asked, answer) {
      for (const { ownEvent } of features) {
        const event = ownEvent?.(asked, answer, status.getSnapshot().session?.userId);
        if (event) subscriptions.frame(event);
      }
    },
  });
  const ask = (action: string, topic: string | undefined, payload: object, on: Socket) =>
    outbox.ask({ action, topic, payload, socket: on });
  // A collection is a kind of its own.
  const rules = (name: string) => rulesOf(features, name.replace(/:(?!\*$).*/, ''));
  const isFeed = (name: string) => feedKinds.includes(name.replace(/:.*/, ''));
  const subscriptions = createSubscriptions({ ...shared, ask, positions, rules, isFeed });
  const renewal = createRenewal({ ...shared, ask, onSignedOut: (reason) => connection.stop(reason) });
  const connection = createConnection({
    ...shared,
    WebSocket: WebSocket as WebSocketConstructor,
    feeds: subscriptions.feeds,
    hello: subscriptions.hello,
    onOpen(on, answer) {
      heartbeat.watch(answer.heartbeatMs);
      renewal.opened(answer);
      syncAt = clock.now() + syncEveryMs * (0.5 + random() / 2);
      const user = JSON.stringify([answer.tenant, answer.userId]);
      const isNext = user !== (lastUser ?? user);
      lastUser = user;
      // What was asked for since the client was opened again may well be the new user's.
      if (isNext && !isReopened) outbox.failAll(new TidingsError('identity_mismatch', 'another user'));
      isReopened = false;
      outbox.use(on, answer.limits);
      // Not what it says of topics: that is what came after the former user's positions.
      if (!isNext) return subscriptions.opened(on, answer);
      positions?.end();
      subscriptions.succeed();
    },
    onGone(on) {
      if (!socket()) heartbeat.rest();
      outbox.lost(on);
    },
    onFrame(frame, on) {
      const isCurrent = on === socket();
      if (isCurrent) heartbeat.heard(frame.type);
      if (frame.ref !== undefined) outbox.answer(frame);
      // While a socket replaces another both bring events: those with a number are told apart, others are not.
      else if (isCurrent || frame.seq !== undefined) subscriptions.frame(frame);
      if (isCurrent && frame.type === 'resync') {
        // One stands for whatever this connection has missed until then (PROTOCOL.md 3.7).
        syncAt = Math.min(syncAt, Math.max(clock.now(), syncAt - syncEveryMs + shortestSyncMs));
        rearm();
      }
    },
    onCrash(on) {
      if (on === socket()) heartbeat.heard('crash');
      outbox.crashed(on);
    },
    onStatus(next) {
      const over = closedBy(next);
      if (over) {
        stopListening?.();
        // Timers would keep a Node process alive for nothing.
        timers.stop();
        subscriptions.stop(over);
        positions?.flush();
        outbox.failAll(over);
        isReopened = true;
      }
      show(next);
    },
    isOwing: outbox.pendingOn,
  });
  const sync: Task = {
    dueAt: () => syncAt,
    run() {
      syncAt = clock.now() + syncEveryMs;
      void subscriptions.sync();
    },
  };
  const whileOpen = ({ dueAt, run }: Task) => ({ dueAt: () => (socket() ? dueAt() : never), run });
  timers.add(connection, outbox, ...[heartbeat, renewal, sync].map(whileOpen));

  function wake() {
    if (socket()) heartbeat.probe();
    else if (signals.online()) connection.hurry();
    rearm();
  }

  function connect() {
    if (!isIdle() && !closed()) return;
    // Not earlier: a server that renders pages makes a client too, and never connects it.
    check(!!WebSocket, 'WebSocket', aClass);
    stopListening = signals.listen(wake);
    timers.start();
    status.set({ state: 'connecting', attempt: 0 });
    void Promise.resolve(positions?.load()).then(() => {
      subscriptions.restore();
      if (!closed()) connection.start();
    });
  }

  const isIdle = () => status.getSnapshot().state === 'idle';
  const closed = () => closedBy(status.getSnapshot());

  function topicOf(kind: string, id?: string) {
    const name = topicName(kind, id);
    const known = topics.get(name)?.deref();
    if (known) return known.topic;
    const { fold, collection } = rules(name);
    check(!name.endsWith(':*') || !!collection, 'features', `the one that has ${name}`);
    const made = createTopic({
      name,
      fold,
      follow() {
        if (isIdle()) connect();
        subscriptions.follow(name, made);
      },
      unfollow: () => subscriptions.unfollow(name),
      position: () => subscriptions.position(name),
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
    async request(action, ...[payload, requestOptions = {}]) {
      if (isIdle()) connect();
      const why = closed();
      if (why) throw why;
      const asked = { action, payload: payload as object | undefined, offline, ...requestOptions };
      return (await outbox.ask(asked)).payload as never;
    },
    ping() {
      const pong = heartbeat.ping();
      rearm();
      return pong;
    },
  };
}

const closedBy = ({ state, reason = 'closed' }: Status) =>
  state === 'closed' ? new TidingsError('closed', reason) : undefined;

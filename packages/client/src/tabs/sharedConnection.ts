import type { DisconnectPayload, ServerFrame } from '@tidings/protocol';
import type { Clock } from '../base/clock.ts';
import { type Frame as Answer, isNumber, isText, listOf, readFrame } from '../base/incoming.ts';
import { toError } from '../base/tidingsError.ts';
import type { ClientFeature } from '../clientFeature.ts';
import { type FailureEvent, failureOf, type WebSocketConstructor } from '../connection/webSocketLike.ts';
import { claimsOf, tokenIn, withToken } from './claims.ts';
import type { ToSockets } from './messages.ts';
import { createPings } from './pings.ts';
import { createSharedSubscriptions } from './sharedSubscriptions.ts';

export interface SharedConnectionOptions {
  readonly clock: Clock;
  readonly WebSocket: WebSocketConstructor;
  readonly url: string;
  readonly protocols: readonly string[];
  readonly passingClaims: readonly string[];
  readonly features: readonly ClientFeature[];
  newRef(): string;
  tell(to: readonly string[], message: ToSockets): void;
  onEnd(): void;
}

/** One real WebSocket, and the virtual ones that it carries. */
export interface SharedConnection {
  /** Whether a new socket may come onto it. */
  takes(claims: string): boolean;
  join(socket: string): void;
  send(socket: string, text: string): void;
  /** A virtual socket was closed by its client, or its tab is gone. */
  leave(socket: string): void;
  /** Ends it, and all that it carries. */
  end(code: number): void;
}

interface Frame {
  readonly action?: string;
  readonly ref?: string;
  readonly topic?: string;
  readonly payload?: {
    readonly subs?: readonly { readonly topic: string }[];
    readonly feeds?: unknown;
    readonly token?: unknown;
  };
}

interface Asked {
  readonly socket: string;
  readonly text: string;
  readonly frame: Frame;
  /** The claims before and after, where it brings a token of other ones. */
  readonly change?: { readonly from: string | undefined; readonly to: string | undefined };
}

const normalClosure = 1000;
/** Rights come from claims: a tab whose token has other claims than the socket's must not use that socket. */
const otherClaims: DisconnectPayload = {
  code: 4401,
  reason: 'the new token has other claims than the tabs that share this connection',
  reconnect: 'refresh',
};

export function openSharedConnection(options: SharedConnectionOptions): SharedConnection {
  const { clock, url, protocols, passingClaims, features, tell } = options;
  // Where the address names no feeds, this connection is on all of its own without having asked (PROTOCOL.md 1.4).
  const feeds = /[?&]feeds=/.test(url)
    ? []
    : ['user', 'tenant', ...features.flatMap((feature) => feature.feeds ?? [])];
  const openedAt = clock.now();
  const sockets = new Set<string>();
  /** By `ref`: requests that were sent and not answered, also those of sockets that have left. */
  const asked = new Map<string, Asked>();
  let held: Asked[] = [];
  let claims = claimsOf(url, protocols, passingClaims);
  let state: 'connecting' | 'open' | 'ended' = 'connecting';
  /** It is about to end, or somebody has waited in vain on it. */
  let isDoubted = false;
  let rotateAfterMs = Number.POSITIVE_INFINITY;
  let userId: string | undefined;
  let failure: string | undefined;

  const real = new options.WebSocket(url, [...protocols]);
  const sendReal = (text: string) => real.send(text);
  const pings = createPings(sendReal, (to, text) => tell(to, { kind: 'frame', text }));
  const subscriptions = createSharedSubscriptions({
    clock,
    newRef: options.newRef,
    isFeed: (topic) => feeds.includes(topic.replace(/:.*/, '')),
    unsubscribe: (ref, topic) => sendReal(JSON.stringify({ action: 'unsubscribe', ref, topic })),
    onSettled: sendHeld,
  });

  function submit(request: Asked) {
    const { socket, text, frame } = request;
    const { ref } = frame;
    const topics = topicsOf(frame);
    const other = ref === undefined ? undefined : asked.get(ref);
    // Two tabs may ask under one `ref`, which an app has chosen: the answers would not say whose they are.
    const isTaken = other !== undefined && other.socket !== socket && sockets.has(other.socket);
    if (isTaken || topics.some(subscriptions.isLeaving)) return void held.push(request);
    for (const topic of topics) subscriptions.join(socket, topic);
    if (ref !== undefined) asked.set(ref, request);
    sendReal(text);
  }

  function sendHeld() {
    const all = held;
    held = [];
    for (const request of all) if (sockets.has(request.socket)) submit(request);
  }

  function renew(request: Asked) {
    const next = claimsOf(url, withToken(protocols, request.frame.payload?.token), passingClaims);
    if (next === claims) return submit(request);
    if (sockets.size > 1) return expel(request.socket);
    // Until the server has answered nobody knows whose rights this socket has.
    const change = { from: claims, to: next };
    claims = undefined;
    submit({ ...request, change });
  }

  function expel(socket: string) {
    const text = JSON.stringify({ type: 'disconnect', payload: otherClaims });
    tell([socket], { kind: 'frame', text });
    tell([socket], { kind: 'ended', code: normalClosure });
    connection.leave(socket);
  }

  function receive(text: string) {
    const frame = readFrame(text);
    if (!frame) return;
    const { type, ref, topic } = frame;
    if (type === 'pong') return pings.answered(text);
    if (ref !== undefined) return answered(ref, frame, text);
    // API Gateway's own frame, which has no type: a function died over somebody's request.
    if (type === undefined) subscriptions.crashed();
    if (type === 'disconnect') isDoubted = true;
    if (type === 'unsubscribed' && topic !== undefined) subscriptions.refused(topic);
    tell([...sockets], { kind: 'frame', text });
  }

  function answered(ref: string, frame: Answer, text: string) {
    if (subscriptions.answered(frame)) return;
    const request = asked.get(ref);
    if (!request) return;
    const { socket } = request;
    const isThere = sockets.has(socket);
    if (isThere) tell([socket], { kind: 'frame', text });
    if (!/^(ack|subscribed|error)$/.test(frame.type ?? '')) return;
    asked.delete(ref);
    if (frame.type === 'error') refused(request, frame);
    else done(request, frame);
    if (!isThere && !isAwaited(socket)) subscriptions.leaveAll(socket);
    sendHeld();
  }

  function refused({ socket, frame, change }: Asked, { payload }: Answer) {
    if (change) claims = change.from;
    if (toError(payload).retryable) return;
    for (const topic of topicsOf(frame)) subscriptions.refused(topic, socket);
  }

  function done({ socket, frame, change }: Asked, answer: Answer) {
    if (change) claims = change.to;
    if (frame.action === 'hello') greeted(socket, answer);
    for (const { joins } of features) {
      const topic = joins?.[frame.action ?? '']?.(answer.payload);
      if (isText(topic)) subscriptions.join(socket, topic);
    }
    const ownEvent = ownEventOf(frame, answer);
    const others = [...sockets].filter((one) => one !== socket);
    if (ownEvent && others.length > 0) tell(others, { kind: 'frame', text: JSON.stringify(ownEvent) });
  }

  function greeted(socket: string, { payload }: Answer) {
    const { userId: user, rotateAfterMs: lifeMs, subs } = payload;
    if (isText(user)) userId = user;
    // Only the first answer tells it of the whole life of the connection.
    if (rotateAfterMs === Number.POSITIVE_INFINITY && isNumber(lifeMs)) rotateAfterMs = lifeMs;
    for (const { topic, error } of listOf<Refusable>(subs)) if (error) subscriptions.refused(topic, socket);
  }

  /** The server spares the connection that sent it the event; its other tabs are to have it all the same. */
  const ownEventOf = ({ action = '', topic, payload }: Frame, answer: Answer) =>
    features
      .map(({ ownEvent }) => ownEvent?.({ action, topic, payload }, answer as ServerFrame, userId))
      .find(Boolean);

  const isAwaited = (socket: string) =>
    [...asked.values()].some((one) => one.socket === socket && topicsOf(one.frame).length > 0);

  function finish(code: number) {
    if (state === 'ended') return;
    state = 'ended';
    subscriptions.stop();
    const all = [...sockets];
    sockets.clear();
    options.onEnd();
    if (all.length > 0) tell(all, { kind: 'ended', code, failure });
  }

  const connection: SharedConnection = {
    takes: (wanted) => wanted === claims && !isDoubted && clock.now() - openedAt < rotateAfterMs / 2,
    join(socket) {
      sockets.add(socket);
      if (state === 'open') tell([socket], { kind: 'opened' });
    },
    send(socket, text) {
      if (state !== 'open') return;
      const frame = parse(text) as Frame;
      const { action, ref, topic } = frame;
      if (action === 'ping') pings.ask(socket);
      else if (action === 'auth') renew({ socket, text, frame });
      else if (action === 'unsubscribe' && topic !== undefined) {
        subscriptions.leave(socket, topic);
        tell([socket], { kind: 'frame', text: JSON.stringify({ type: 'ack', ref, topic, payload: {} }) });
      } else submit({ socket, text: action === 'hello' ? withoutFeeds(frame) : text, frame });
    },
    leave(socket) {
      if (!sockets.delete(socket)) return;
      const isGreeting = [...asked.values()].some(
        (one) => one.socket === socket && one.frame.action === 'hello',
      );
      // Who leaves without the answer has probably found the connection dead: it is no good for the next.
      if (pings.leave(socket) || isGreeting || state === 'connecting') isDoubted = true;
      if (sockets.size === 0) connection.end(normalClosure);
      else if (!isAwaited(socket)) subscriptions.leaveAll(socket);
    },
    end(code) {
      real.close(normalClosure);
      finish(code);
    },
  };

  real.onopen = () => {
    if (state !== 'connecting') return;
    state = 'open';
    tell([...sockets], { kind: 'opened' });
  };
  real.onmessage = ({ data }: { data: unknown }) => state === 'open' && receive(String(data));
  real.onerror = (event: FailureEvent | undefined) => {
    failure = failureOf(event, tokenIn(protocols));
  };
  real.onclose = ({ code }: { code: number }) => finish(code);
  return connection;
}

interface Refusable {
  readonly topic: string;
  readonly error?: object;
}

/** The topics that a connection is on when the frame has been answered. */
const topicsOf = ({ action, topic, payload }: Frame): readonly string[] => {
  if (action === 'hello') return payload?.subs?.map((sub) => sub.topic) ?? [];
  return action === 'subscribe' && topic !== undefined ? [topic] : [];
};

/** A choice of feeds would be that of all tabs: what this one follows is among its `subs`, and left when nobody does. */
const withoutFeeds = ({ payload, ...frame }: Frame): string =>
  JSON.stringify({ ...frame, payload: { ...payload, feeds: undefined } });

function parse(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

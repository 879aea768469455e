import type { ServerFrame } from '@tidings/protocol';
import {
  attemptTimeoutMs,
  drainMs,
  offlineRetryMs,
  renewedForMs,
  shortestRotationMs,
  stableMs,
} from '../base/bounds.ts';
import { type Clock, never } from '../base/clock.ts';
import type { Task } from '../base/timers.ts';
import { isToken, noToken } from '../options.ts';
import { reconnectPolicy } from './reconnectPolicy.ts';
import type { GetToken } from './renewal.ts';
import type { Signals } from './signals.ts';
import type { HelloAnswer, HelloPayload, Socket, SocketEnd } from './socket.ts';
import { openSocket } from './socket.ts';
import type { Session, Status } from './status.ts';
import type { WebSocketConstructor } from './webSocketLike.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly WebSocket: WebSocketConstructor;
  readonly getToken: GetToken;
  readonly clock: Clock;
  random(): number;
  readonly signals: Signals;
  newRef(): string;
  /** The feeds that somebody listens to. */
  feeds(): readonly string[];
  /** What to say hello with: positions as they are at that moment. */
  hello(): HelloPayload;
  /** This socket is the one to use; the one before it, if any, is about to be closed and still brings answers. */
  onOpen(socket: Socket, answer: HelloAnswer): void;
  /** Nothing more comes from this socket. */
  onGone(socket: Socket): void;
  onFrame(frame: ServerFrame, socket: Socket): void;
  onCrash(socket: Socket): void;
  onStatus(status: Status): void;
  /** Whether a socket that was replaced still owes answers. */
  isOwing(socket: Socket): boolean;
  /** Times have changed. */
  rearm(): void;
}

export interface Connection extends Task {
  /** The one in use. */
  socket(): Socket | undefined;
  /** Wants to be open from now on. */
  start(): void;
  stop(reason: string, code?: number): void;
  /** Tries at once if it is waiting. The server's own `retryAfterMs` is still kept. */
  hurry(): void;
}

/** The connection in use. */
interface Current {
  readonly socket: Socket;
  readonly session: Session;
  readonly readyAt: number;
}

/** What comes next: an attempt that is under way or, after a pause, one more. On an open connection that is its rotation. */
interface Next {
  readonly state: 'attempt' | 'pause';
  until: number;
  /** A pause is not made shorter than this. */
  readonly minUntil: number;
  /** That of an attempt that has its token. */
  socket?: Socket;
}

/** Keeps one socket open: opens it, replaces it before the server's time is up, and opens it again. */
export function createConnection(options: ConnectionOptions): Connection {
  const { clock, random, signals, onStatus, rearm } = options;
  /** Neither: it is closed. Both: while it is in use another one takes its place. */
  let current: Current | undefined;
  let next: Next | undefined;
  let failures = 0;
  let newToken = false;
  let renewedUntil = 0;
  let why: Partial<SocketEnd> = {};
  /** Sockets that were replaced, and until when they may still bring answers. */
  const retiring = new Map<Socket, number>();

  async function open() {
    const mine = planned('attempt', attemptTimeoutMs);
    next = mine;
    tell('connecting');
    rearm();
    let token: string | null | undefined;
    try {
      token = await options.getToken({ force: newToken });
    } catch (cause) {
      if (mine === next) plan({ reason: 'getToken failed', cause });
      return;
    }
    if (mine !== next) return;
    if (!token) return stop('no token');
    if (!isToken(token)) return plan({ reason: noToken, isFinal: true });
    if (newToken) renewedUntil = clock.now() + renewedForMs;
    newToken = false;
    mine.socket = openSocket({ ...options, token, onReady, onFrame, onEnd });
  }

  function onReady(socket: Socket, answer: HelloAnswer) {
    const before = current?.socket;
    const now = clock.now();
    const { connectionId, userId, tenant, roles } = answer;
    current = { socket, readyAt: now, session: { connectionId, userId, tenant, roles } };
    next = planned('pause', Math.max(answer.rotateAfterMs, shortestRotationMs));
    renewedUntil = 0;
    if (before) retiring.set(before, now + drainMs);
    else why = {};
    options.onOpen(socket, answer);
    if (before) retire(before);
    // What it brought may have led the app to close the client.
    if (socket !== current?.socket) return;
    tell('open');
    rearm();
  }

  function onFrame(frame: ServerFrame, socket: Socket) {
    options.onFrame(frame, socket);
    retire(socket);
  }

  /** Closes a socket that was replaced, when it owes nothing any more or its time is up. */
  function retire(socket: Socket) {
    const until = retiring.get(socket);
    if (until === undefined || (options.isOwing(socket) && clock.now() < until)) return;
    retiring.delete(socket);
    socket.close();
    options.onGone(socket);
  }

  function onEnd(socket: Socket, end: SocketEnd) {
    const candidate = next?.socket;
    if (socket === candidate) return plan(end);
    if (retiring.delete(socket)) return options.onGone(socket);
    if (socket !== current?.socket) return;
    if (clock.now() - current.readyAt >= stableMs) failures = 0;
    current = undefined;
    options.onGone(socket);
    why = end;
    const { code, reconnect = 'now' } = end.disconnect ?? {};
    // With `evict-oldest` our own new connection may be the one that takes this one's place.
    const isOurOwnDoing = code === 4409 && candidate;
    if (next?.state === 'attempt' && (isOurOwnDoing || reconnect === 'now')) return tell('connecting');
    plan(end, { wasReady: true });
  }

  const planned = (state: Next['state'], ms: number, minMs = 0): Next => {
    const now = clock.now();
    return { state, until: now + ms, minUntil: now + minMs };
  };

  function endAttempt() {
    next?.socket?.close();
    next = undefined;
  }

  /** @param wasReady whether it is the connection in use that has ended, and not an attempt. */
  function plan(end: SocketEnd, { wasReady = false } = {}) {
    if (end.isFinal && !current) return stop(end.reason);
    endAttempt();
    const renewed = clock.now() < renewedUntil;
    const move = reconnectPolicy(end, { attempt: failures, wasReady, renewed, random: random() });
    if (move.stopCode !== undefined) return stop(end.reason, move.stopCode);
    failures++;
    newToken ||= move.newToken;
    // A rotation that failed leaves the old socket in use: it is tried again, and nobody needs to know.
    if (current) next = planned('pause', move.delayMs);
    else {
      why = end;
      next = planned('pause', Math.max(move.delayMs, signals.online() ? 0 : offlineRetryMs), move.minMs);
      tell('waiting', { code: end.disconnect?.code, retryAt: next.until });
    }
    rearm();
  }

  function stop(reason: string, code?: number) {
    endAttempt();
    failures = 0;
    if (current) retiring.set(current.socket, 0);
    current = undefined;
    for (const socket of retiring.keys()) {
      retiring.set(socket, 0);
      retire(socket);
    }
    why = { reason };
    tell('closed', { code });
  }

  function tell(state: Status['state'], more: Partial<Status> = {}) {
    if (state === 'connecting' && current) return;
    const { reason, cause } = why;
    const attempt = state === 'open' ? 0 : failures;
    onStatus({ ...more, state, attempt, reason, cause, session: current?.session });
  }

  return {
    socket: () => current?.socket,
    dueAt: () => Math.min(next?.until ?? never, ...retiring.values()),
    run() {
      if (next && clock.now() >= next.until) {
        if (next.state === 'pause') void open();
        else plan({ reason: 'no answer' });
      }
      for (const socket of retiring.keys()) retire(socket);
    },
    start() {
      if (current || next) return;
      why = {};
      renewedUntil = 0;
      void open();
    },
    stop,
    hurry() {
      if (next?.state === 'pause') next.until = Math.max(next.minUntil, clock.now());
      rearm();
    },
  };
}

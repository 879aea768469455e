import type { ServerFrame } from '@tidings/protocol';
import { type Clock, never } from '../base/clock.ts';
import type { Session, Status } from '../base/status.ts';
import type { Task } from '../base/timers.ts';
import { isToken, noToken } from '../options.ts';
import { createHealth } from './health.ts';
import { reconnectPolicy } from './reconnectPolicy.ts';
import type { GetToken } from './renewal.ts';
import type { Signals } from './signals.ts';
import type { HelloAnswer, HelloPayload, Socket, SocketEnd } from './socket.ts';
import { openSocket } from './socket.ts';
import type { WebSocketConstructor } from './webSocketLike.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  readonly httpUrl?: string;
  readonly getToken: GetToken;
  readonly clock: Clock;
  random(): number;
  readonly signals: Signals;
  newRef(): string;
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

export interface Connection {
  readonly socket: Socket | undefined;
  readonly tasks: readonly Task[];
  /** Wants to be open from now on. */
  start(): void;
  stop(reason: string, code?: number): void;
  /** Tries at once if it is waiting. The server's own `retryAfterMs` is still kept. */
  hurry(): void;
}

const attemptTimeoutMs = 30_000;
/** A connection that held this long ends the series of failed attempts, and of those that the server ended at once. */
const stableMs = 10_000;
const drainMs = 5_000;
/** A browser that says offline is wrong now and then. */
const offlineRetryMs = 60_000;
const shortestRotationMs = 10_000;
/** So long a token that was just made is not to blame for refusals; an outage may last longer than a token. */
const renewedForMs = 300_000;

/** Keeps one socket open: opens it, replaces it before the server's time is up, and opens it again. */
export function createConnection(options: ConnectionOptions): Connection {
  const { clock, random, signals, onStatus, rearm } = options;
  let wanted = false;
  let primary: { socket: Socket; readyAt: number; session: Session } | undefined;
  /** The socket that is being opened; `run` tells attempts apart while they still wait for a token. */
  let candidate: Socket | undefined;
  let run = 0;
  /** By when the attempt under way, if any, is to have succeeded. */
  let deadline = never;
  /** When the next attempt is due: a retry or, on an open connection, a rotation. */
  let nextAt = never;
  let notBefore = 0;
  let attempt = 0;
  let newToken = false;
  let renewedUntil = 0;
  let why: Partial<SocketEnd> = {};
  let last: Status | undefined;
  const health = createHealth(options.httpUrl, (reason) => {
    if (!why.isUntold || !last) return;
    why = { reason };
    tell(last.state, last);
  });
  const retiring = new Map<Socket, number>();

  async function open() {
    const mine = ++run;
    nextAt = never;
    deadline = clock.now() + attemptTimeoutMs;
    tell('connecting');
    rearm();
    let token: string | null | undefined;
    try {
      token = await options.getToken({ force: newToken });
    } catch (cause) {
      if (mine === run) attemptFailed({ reason: 'getToken failed', cause });
      return;
    }
    if (mine !== run) return;
    if (!token) return stop('no token');
    if (!isToken(token)) return attemptFailed({ reason: noToken, isFinal: true });
    if (newToken) renewedUntil = clock.now() + renewedForMs;
    newToken = false;
    candidate = openSocket({ ...options, token, onReady, onFrame, onEnd });
  }

  function onReady(socket: Socket, answer: HelloAnswer) {
    const before = primary?.socket;
    candidate = undefined;
    endAttempt();
    const { connectionId, userId, tenant, roles } = answer;
    primary = { socket, readyAt: clock.now(), session: { connectionId, userId, tenant, roles } };
    renewedUntil = 0;
    nextAt = clock.now() + Math.max(answer.rotateAfterMs, shortestRotationMs);
    if (before) retiring.set(before, clock.now() + drainMs);
    else why = {};
    health.forget();
    options.onOpen(socket, answer);
    if (before) retire(before);
    // What it brought may have led the app to close the client.
    if (socket !== primary?.socket) return;
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
    if (socket === candidate) return attemptFailed(end);
    if (retiring.delete(socket)) return options.onGone(socket);
    if (socket !== primary?.socket) return;
    if (clock.now() - primary.readyAt >= stableMs) attempt = 0;
    primary = undefined;
    nextAt = never;
    options.onGone(socket);
    why = end;
    // With `evict-oldest` our own new connection may be the one that takes this one's place.
    const isOurOwnDoing = end.disconnect?.code === 4409 && candidate !== undefined;
    const isToldOtherwise = end.disconnect && end.disconnect.reconnect !== 'now';
    if (deadline < never && (isOurOwnDoing || !isToldOtherwise)) return tell('connecting');
    endAttempt();
    plan(end, true);
  }

  function endAttempt() {
    run++;
    deadline = never;
    candidate?.close();
    candidate = undefined;
  }

  function attemptFailed(end: SocketEnd) {
    if (end.isFinal && !primary) return stop(end.reason);
    endAttempt();
    plan(end, false);
  }

  function plan(end: SocketEnd, wasReady: boolean) {
    const renewed = clock.now() < renewedUntil;
    const next = reconnectPolicy(end, { attempt, wasReady, renewed, random: random() });
    if (next.stopCode !== undefined) return stop(end.reason, next.stopCode);
    attempt++;
    newToken ||= next.newToken;
    const now = clock.now();
    // A rotation that failed leaves the old socket in use: it is tried again, and nobody needs to know.
    if (primary) nextAt = now + next.delayMs;
    else {
      why = health.explain(end);
      notBefore = now + next.minMs;
      nextAt = now + (signals.online() ? next.delayMs : Math.max(next.delayMs, offlineRetryMs));
      tell('waiting', { code: end.disconnect?.code, retryAt: nextAt });
    }
    rearm();
  }

  function stop(reason: string, code?: number) {
    wanted = false;
    endAttempt();
    nextAt = never;
    attempt = 0;
    if (primary) retiring.set(primary.socket, 0);
    const sockets = [...retiring.keys()];
    retiring.clear();
    primary = undefined;
    for (const socket of sockets) {
      socket.close();
      options.onGone(socket);
    }
    health.forget();
    why = { reason };
    tell('closed', { code });
  }

  function tell(state: Status['state'], more: Partial<Status> = {}) {
    if (state === 'connecting' && primary) return;
    const { reason, cause } = why;
    last = {
      ...more,
      state,
      attempt: state === 'open' ? 0 : attempt,
      reason,
      cause,
      session: primary?.session,
    };
    onStatus(last);
  }

  return {
    get socket() {
      return primary?.socket;
    },
    tasks: [
      { dueAt: () => nextAt, run: open },
      { dueAt: () => deadline, run: () => attemptFailed({ reason: 'no answer' }) },
      { dueAt: () => Math.min(never, ...retiring.values()), run: () => [...retiring.keys()].forEach(retire) },
    ],
    start() {
      if (wanted) return;
      wanted = true;
      why = {};
      renewedUntil = 0;
      void open();
    },
    stop,
    hurry() {
      if (nextAt < never) nextAt = Math.max(clock.now(), notBefore);
      rearm();
    },
  };
}

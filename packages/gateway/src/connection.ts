import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { Closure } from './closure.ts';
import { clientClosure, closures, violationClosure } from './closure.ts';
import { runDisconnect } from './disconnect.ts';
import type { ConnectionFacts } from './events.ts';
import { frameGuard } from './frameGuard.ts';
import { receiveMessage } from './receiveMessage.ts';
import type { RunningStage } from './runningStage.ts';
import { background } from './runningStage.ts';
import { sendText } from './sendText.ts';

/** An open connection. */
export interface Connection {
  readonly facts: ConnectionFacts;
  readonly socket: WebSocket;
  /** What `socket` reads and writes. */
  readonly wire: Duplex;
  /** When data last went in either direction; pings are not data. */
  lastActiveAtMs: number;
  /** Ends the connection from this side, and runs `$disconnect`; the second time it does nothing. */
  finish(closure: Closure): void;
}

/** The longest frame that may follow; undefined for as long as the client keeps to the limits. */
interface Limits {
  messagesAllowed: number;
}

/**
 * Reads frame lengths off the socket. Call it before `ws` takes the socket over: its listener then sees the bytes
 * first, and the messages that came before a frame that is too long, even in the same packet, are still served.
 */
export function watchFrames(
  stage: RunningStage,
  socket: Duplex,
): { limits: Limits; onTooLong(run: () => void): void } {
  const limits: Limits = { messagesAllowed: Number.POSITIVE_INFINITY };
  let close: () => void = () => undefined;
  const guard = frameGuard(stage.quotas.frameBytes, (messagesBefore) => {
    limits.messagesAllowed = messagesBefore;
    process.nextTick(() => close());
  });
  socket.on('data', guard);
  return {
    limits,
    onTooLong(run) {
      close = run;
    },
  };
}

/** Sends to a connection that may just have closed, and counts as activity. */
export function send(stage: RunningStage, connection: Connection, data: Buffer | string): void {
  connection.lastActiveAtMs = stage.clock.now();
  if (connection.socket.readyState === connection.socket.OPEN) sendText(stage, connection, data);
}

function startTimers(stage: RunningStage, connection: Connection): () => void {
  const { clock, quotas, unknowns } = stage;
  const oldAge = { ...closures.goingAway, code: unknowns.maxConnectionCloseCode };
  const life = clock.setTimeout(() => connection.finish(oldAge), quotas.maxConnectionMs);
  // Moving one timer at every frame would cost more than the frame; so it looks when it fires.
  const watchIdle = () => {
    const leftMs = connection.lastActiveAtMs + quotas.idleTimeoutMs - clock.now();
    if (leftMs <= 0) connection.finish(closures.goingAway);
    else idle = clock.setTimeout(watchIdle, leftMs);
  };
  let idle = clock.setTimeout(watchIdle, quotas.idleTimeoutMs);
  return () => {
    life.cancel();
    idle.cancel();
  };
}

function listen(stage: RunningStage, connection: Connection, limits: Limits): void {
  const { socket } = connection;
  let received = 0;
  socket.on('message', (data: RawData, isBinary: boolean) => {
    received += 1;
    if (received > limits.messagesAllowed || !stage.connections.has(connection.facts.connectionId)) return;
    if (isBinary) {
      connection.finish(closures.binary);
      return;
    }
    connection.lastActiveAtMs = stage.clock.now();
    const body = data.toString();
    background(stage, 'a message', () => receiveMessage(stage, connection, body));
  });
  socket.on('ping', () => {
    if (stage.unknowns.pingResetsIdle) connection.lastActiveAtMs = stage.clock.now();
  });
  socket.on('error', (cause) => connection.finish(violationClosure(cause)));
  socket.on('close', (code, reason) =>
    connection.finish(clientClosure(code, reason.toString(), stage.unknowns)),
  );
}

/** Makes a connection of a socket whose handshake has just been answered; from here on posts reach it. */
export function openConnection(
  stage: RunningStage,
  facts: ConnectionFacts,
  socket: WebSocket,
  wire: Duplex,
  frames: ReturnType<typeof watchFrames>,
): void {
  const connection: Connection = {
    facts,
    socket,
    wire,
    lastActiveAtMs: stage.clock.now(),
    finish(closure) {
      if (!stage.connections.delete(facts.connectionId)) return;
      stopTimers();
      if (socket.readyState === socket.OPEN) socket.close(closure.code, closure.reason);
      if (!stage.closed) runDisconnect(stage, facts, closure);
    },
  };
  stage.connections.set(facts.connectionId, connection);
  const stopTimers = startTimers(stage, connection);
  frames.onTooLong(() => connection.finish(closures.tooLarge));
  listen(stage, connection, frames.limits);
}

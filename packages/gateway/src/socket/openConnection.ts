import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { ConnectionFacts } from '../route/events.ts';
import { receiveMessage } from '../route/receiveMessage.ts';
import type { RunningStage } from '../runningStage.ts';
import { background } from '../runningStage.ts';
import { clientClosure, closures } from './closure.ts';
import type { Connection } from './connection.ts';
import { runDisconnect } from './disconnect.ts';

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

function listen(stage: RunningStage, connection: Connection): void {
  const { socket } = connection;
  socket.on('message', (data: RawData, isBinary: boolean) => {
    if (!stage.connections.has(connection.facts.connectionId)) return;
    if (isBinary) {
      connection.finish(closures.binary);
      return;
    }
    connection.lastActiveAtMs = stage.clock.now();
    stage.received += 1;
    const body = data.toString();
    background(stage, 'a message', () => receiveMessage(stage, connection, body));
  });
  socket.on('ping', () => {
    if (stage.unknowns.pingResetsIdle) connection.lastActiveAtMs = stage.clock.now();
  });
  socket.on('closing', (code: number, reason: string) =>
    connection.finish(clientClosure(code, reason, stage.unknowns)),
  );
  // A fault of the client's is told of as `closing`, before; what is left is a line that broke.
  const lost = () => connection.finish(clientClosure(1006, '', stage.unknowns));
  socket.on('error', lost);
  socket.on('close', lost);
}

/** Makes a connection of a socket whose handshake has just been answered; from here on posts reach it. */
export function openConnection(
  stage: RunningStage,
  facts: ConnectionFacts,
  socket: WebSocket,
  wire: Duplex,
): Connection {
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
  listen(stage, connection);
  return connection;
}

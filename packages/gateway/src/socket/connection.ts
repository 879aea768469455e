import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { ConnectionFacts } from '../route/events.ts';
import type { RunningStage } from '../runningStage.ts';
import type { Closure } from './closure.ts';
import { sendText } from './sendText.ts';

/** An open connection. */
export interface Connection {
  readonly facts: ConnectionFacts;
  readonly socket: WebSocket;
  /** The line itself. */
  readonly wire: Duplex;
  /** When data last went in either direction; pings are not data. */
  lastActiveAtMs: number;
  /** Ends the connection from this side, and runs `$disconnect`; the second time it does nothing. */
  finish(closure: Closure): void;
}

/** Sends to a connection that may just have closed, and counts as activity. */
export function send(stage: RunningStage, connection: Connection, data: Buffer | string): void {
  connection.lastActiveAtMs = stage.clock.now();
  if (connection.socket.readyState !== connection.socket.OPEN) return;
  stage.sent += 1;
  sendText(stage, connection, data);
}

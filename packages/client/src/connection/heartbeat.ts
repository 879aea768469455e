import { answerPatienceMs, pongTimeoutMs, probeTimeoutMs, shortestIntervalMs } from '../base/bounds.ts';
import { type Clock, never } from '../base/clock.ts';
import { connectionLost } from '../base/tidingsError.ts';
import type { Task } from '../base/timers.ts';
import { type Tell, tell, waitIn } from '../base/waiters.ts';
import type { Socket } from './socket.ts';

export interface Heartbeat extends Task {
  /** A connection is there to watch, in the place of another one, if any: who waits for a pong gets the new one's. */
  watch(intervalMs: number): void;
  /** There is none any more: until there is, this task is not to be run. */
  rest(): void;
  /** Any frame is a sign of life; a pong is what somebody may wait for. */
  heard(type: string): void;
  /** Something was sent that should be answered: silence is now judged sooner. */
  sent(): void;
  /** Asks for a sign of life at once, and has less patience. */
  probe(): void;
  /** Resolves with the pong of a ping that was sent after this call. @throws TidingsError `offline`. */
  ping(): Promise<void>;
}

/**
 * Finds a connection that is dead without having been closed: after a silence it pings, and after a ping
 * that nothing follows it gives up. One ping is under way at a time, for a pong does not say whose it is.
 */
export function createHeartbeat(clock: Clock, socket: () => Socket | undefined): Heartbeat {
  let intervalMs = never;
  let pingAt = never;
  let lifeBy = never;
  /** When the ping under way will have come to nothing, though other frames come. */
  let pongBy = never;
  /** Who waits for a pong. */
  const waiting: Tell[] = [];
  /** How many of them had asked before the ping under way was sent, which is theirs. */
  let asked = 0;

  function sendOne(timeoutMs: number) {
    if (pongBy === never) {
      pongBy = clock.now() + pongTimeoutMs;
      asked = waiting.length;
      socket()?.send('{"action":"ping"}');
    }
    pingAt = never;
    lifeBy = Math.min(lifeBy, clock.now() + timeoutMs);
  }

  /** Whoever waits for the pong of the ping under way waits for that of another one. */
  function lost() {
    pongBy = never;
    if (waiting[0] || lifeBy < never) sendOne(pongTimeoutMs);
  }

  function heard(type: string) {
    lifeBy = never;
    pingAt = clock.now() + intervalMs;
    if (type !== 'pong') return;
    pongBy = never;
    tell(waiting, undefined, asked);
    if (waiting[0]) sendOne(pongTimeoutMs);
  }

  return {
    watch(ms) {
      intervalMs = Math.max(ms, shortestIntervalMs);
      heard('hello');
      lost();
    },
    rest: () => tell(waiting, connectionLost()),
    heard,
    sent() {
      if (lifeBy === never) pingAt = Math.min(pingAt, clock.now() + answerPatienceMs);
    },
    probe: () => sendOne(probeTimeoutMs),
    async ping() {
      if (!socket()) throw connectionLost();
      const pong = waitIn(waiting);
      if (pongBy === never) sendOne(pongTimeoutMs);
      return pong;
    },
    dueAt: () => Math.min(pingAt, lifeBy, pongBy),
    run() {
      const now = clock.now();
      if (now >= lifeBy) return socket()?.fail('no sign of life');
      if (now >= pongBy) lost();
      if (now >= pingAt) sendOne(pongTimeoutMs);
    },
  };
}

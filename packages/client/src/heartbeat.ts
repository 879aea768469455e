import { type Clock, never } from './clock.ts';
import { connectionLost } from './tidingsError.ts';
import type { Chore } from './upkeep.ts';

export interface Heartbeat extends Chore {
  /** A connection is there to watch; another one, or none, is watched no more. */
  watch(intervalMs: number): void;
  rest(): void;
  /** Any frame is a sign of life. */
  heard(isPong: boolean): void;
  /** Something was sent that should be answered: silence is now judged sooner. */
  sent(): void;
  /** Asks for a sign of life at once, and has less patience. */
  probe(): void;
  /** Resolves with the pong of a ping that was sent after this call. @throws TidingsError `offline`. */
  ping(): Promise<void>;
}

interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

const pongTimeoutMs = 10_000;
const probeTimeoutMs = 5_000;
const answerPatienceMs = 10_000;

/**
 * Finds a connection that is dead without having been closed: after a silence it pings, and after a ping
 * that nothing follows it gives up. One ping is under way at a time, for a pong does not say whose it is.
 */
export function createHeartbeat(clock: Clock, sendPing: () => void, onDead: () => void): Heartbeat {
  let intervalMs = never;
  let pingAt = never;
  let lifeBy = never;
  let awaitingPong = false;
  let asked: Waiting[] = [];
  let next: Waiting[] = [];

  function sendOne(timeoutMs: number) {
    if (!awaitingPong) {
      awaitingPong = true;
      asked = next;
      next = [];
      sendPing();
    }
    pingAt = never;
    lifeBy = Math.min(lifeBy, clock.now() + timeoutMs);
  }

  function rest() {
    intervalMs = pingAt = lifeBy = never;
    awaitingPong = false;
    for (const { reject } of [...asked.splice(0), ...next.splice(0)]) reject(connectionLost());
  }

  const isWatching = () => intervalMs < never;

  return {
    watch(ms) {
      rest();
      intervalMs = ms;
      pingAt = clock.now() + ms;
    },
    rest,
    heard(isPong) {
      if (!isWatching()) return;
      lifeBy = never;
      pingAt = clock.now() + intervalMs;
      if (!isPong) return;
      awaitingPong = false;
      for (const { resolve } of asked.splice(0)) resolve();
      if (next.length > 0) sendOne(pongTimeoutMs);
    },
    sent() {
      if (lifeBy === never) pingAt = Math.min(pingAt, clock.now() + answerPatienceMs);
    },
    probe() {
      if (isWatching()) sendOne(probeTimeoutMs);
    },
    ping: () =>
      new Promise((resolve, reject) => {
        if (!isWatching()) return reject(connectionLost());
        next.push({ resolve, reject });
        if (!awaitingPong) sendOne(pongTimeoutMs);
      }),
    dueAt: () => Math.min(pingAt, lifeBy),
    run() {
      if (clock.now() >= lifeBy) onDead();
      else if (clock.now() >= pingAt) sendOne(pongTimeoutMs);
    },
  };
}

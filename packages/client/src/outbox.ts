import type { ErrorPayload, ServerFrame } from '@tidings/protocol';
import { backoffMs } from './backoff.ts';
import { type Clock, never, type Timer } from './clock.ts';
import type { Link } from './link.ts';
import { createPacer } from './pacer.ts';
import { connectionLost, TidingsError, toError } from './tidingsError.ts';
import { lateMs } from './upkeep.ts';

export interface Asked {
  readonly action: string;
  readonly topic?: string | undefined;
  readonly payload?: object | undefined;
  /** The idempotency key; a new one, if absent. */
  readonly ref?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What to do while there is no connection. */
  readonly offline: 'queue' | 'fail';
  /** Only of use on this connection: it fails with it and is not asked again on another. */
  readonly link?: Link;
}

export interface OutboxOptions {
  readonly clock: Clock;
  random(): number;
  newRef(): string;
  /** How many requests may wait for a connection. */
  readonly mostQueued: number;
  /** How long an answer may take on one connection, repeats included. */
  readonly timeoutMs: number;
  /** Called before the promise of a request is resolved. */
  onAnswer(asked: Asked, frame: ServerFrame): void;
  onSent(): void;
}

export interface Outbox {
  ask(asked: Asked): Promise<ServerFrame>;
  /** Requests go to this connection from now on. */
  use(link: Link, limits: Readonly<Record<string, unknown>>): void;
  /** What was sent there and not answered is sent again, with the same `ref`. */
  lost(link: Link): void;
  /** A function died over a request of this connection, and nobody says over which. */
  crashed(link: Link): void;
  answer(frame: ServerFrame): void;
  pendingOn(link: Link): boolean;
  failAll(error: TidingsError): void;
}

interface Entry {
  readonly asked: Asked;
  readonly ref: string;
  readonly text: string;
  readonly bytes: number;
  sentOn: Link | undefined;
  firstSentAt: number | undefined;
  tries: number;
  notBefore: number;
  failure: TidingsError | undefined;
  timer: Timer | undefined;
  /** Either ends it, and forgets it. */
  resolve(frame: ServerFrame): void;
  reject(reason: unknown): void;
}

const mostTries = 4;
const retry = { baseMs: 200, capMs: 5_000 };
/** The server knows a `ref` for 24 h (PROTOCOL.md 2.1); after that a repeat would be a second request. */
const refLifeMs = 23 * 3_600_000;
/** What a frame may weigh until `hello` has told: API Gateway closes a connection above 32 KB. */
const defaultFrameBytes = 32_000;
const encoder = new TextEncoder();

/** Holds every request until it has its one answer. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, random, timeoutMs } = options;
  const entries = new Map<string, Entry>();
  const pacer = createPacer();
  let link: Link | undefined;
  let pausedUntil = 0;
  let frameBytes = defaultFrameBytes;
  let flushing: Timer | undefined;

  function ask(asked: Asked): Promise<ServerFrame> {
    const ref = asked.ref ?? options.newRef();
    const refusal = refuse(asked, ref);
    if (refusal !== undefined) return Promise.reject(refusal);
    const { action, topic, payload, signal } = asked;
    return new Promise((resolve, reject) => {
      const text = JSON.stringify({ action, ref, topic, payload });
      const entry: Entry = {
        asked,
        ref,
        text,
        bytes: encoder.encode(text).length,
        sentOn: undefined,
        firstSentAt: undefined,
        tries: 0,
        notBefore: 0,
        failure: undefined,
        timer: undefined,
        resolve(frame) {
          forget();
          resolve(frame);
        },
        reject(reason) {
          forget();
          reject(reason);
        },
      };
      const onAbort = () => entry.reject(signal?.reason);
      const forget = () => {
        entries.delete(ref);
        entry.timer?.cancel();
        signal?.removeEventListener('abort', onAbort);
      };
      if (isTooLarge(entry)) return reject(tooLarge(entry.bytes));
      signal?.addEventListener('abort', onAbort);
      entries.set(ref, entry);
      flush();
    });
  }

  function refuse({ signal, offline, link: only }: Asked, ref: string): unknown {
    if (signal?.aborted) return signal.reason;
    if (entries.has(ref)) return new TidingsError('conflict', `${ref} is under way`);
    if (only && only !== link) return connectionLost();
    if (link) return undefined;
    if (offline === 'fail') return connectionLost(ref);
    if (entries.size < options.mostQueued) return undefined;
    return new TidingsError('queue_full', 'too many requests wait', {
      retryable: true,
      ref,
    });
  }

  const isTooLarge = (entry: Entry) => entry.bytes > frameBytes;
  const tooLarge = (bytes: number) =>
    new TidingsError('payload_too_large', `the frame has ${bytes} bytes; ${frameBytes} are the most`);

  function flush() {
    flushing?.cancel();
    flushing = undefined;
    if (!link) return;
    const now = clock.now();
    let nextAt = never;
    for (const entry of [...entries.values()]) {
      if (entry.sentOn) continue;
      if (entry.notBefore > now) {
        nextAt = Math.min(nextAt, entry.notBefore);
        continue;
      }
      if (isTooLarge(entry)) {
        entry.reject(tooLarge(entry.bytes));
        continue;
      }
      if (now - (entry.firstSentAt ?? now) > refLifeMs) {
        entry.reject(timedOut(entry));
        continue;
      }
      const waitMs = pausedUntil > now ? pausedUntil - now : pacer.take(now);
      if (waitMs > 0) {
        nextAt = now + waitMs;
        break;
      }
      send(entry, link, now);
    }
    if (nextAt < never) flushing = clock.setTimeout(flush, nextAt - now);
  }

  function send(entry: Entry, to: Link, now: number) {
    entry.sentOn = to;
    entry.firstSentAt ??= now;
    entry.tries++;
    if (!entry.timer) watch(entry);
    to.send(entry.text);
    options.onSent();
  }

  function watch(entry: Entry) {
    const dueAt = clock.now() + timeoutMs;
    entry.timer = clock.setTimeout(() => {
      // The time for which the machine slept was no time to answer in.
      if (clock.now() - dueAt > lateMs) watch(entry);
      else entry.reject(entry.failure ?? timedOut(entry));
    }, timeoutMs);
  }

  const timedOut = (entry: Entry) =>
    new TidingsError('timeout', `${entry.asked.action} was not answered, and may have succeeded`, {
      retryable: true,
      ref: entry.ref,
    });

  function refused(entry: Entry, failure: TidingsError) {
    const now = clock.now();
    const { code, retryable, retryAfterMs = 0 } = failure;
    entry.failure = failure;
    if (code === 'rate_limited') {
      entry.tries--;
      // The limit is the connection's: whatever else is sent meanwhile would be refused as well.
      pausedUntil = Math.max(pausedUntil, now + Math.max(retryAfterMs, 50));
    } else if (!retryable || entry.tries >= mostTries) {
      return entry.reject(failure);
    }
    again(entry, now + retryAfterMs);
    flush();
  }

  function again(entry: Entry, leastAt: number) {
    entry.sentOn = undefined;
    entry.notBefore = leastAt + backoffMs(entry.tries, random(), retry.baseMs, retry.capMs);
  }

  return {
    ask,
    use(to, limits) {
      link = to;
      pausedUntil = 0;
      pacer.reset(limits);
      frameBytes = typeof limits.frameBytes === 'number' ? limits.frameBytes : defaultFrameBytes;
      flush();
    },
    lost(of) {
      if (link === of) link = undefined;
      for (const entry of [...entries.values()]) {
        if (entry.asked.link === of) entry.reject(connectionLost());
        else if (entry.sentOn !== of) continue;
        else if (entry.asked.offline === 'fail' && !link) entry.reject(connectionLost(entry.ref));
        else {
          entry.timer?.cancel();
          entry.timer = entry.sentOn = undefined;
          entry.notBefore = entry.tries = 0;
        }
      }
      flush();
    },
    crashed(on) {
      for (const entry of entries.values()) {
        if (entry.sentOn === on && entry.tries < mostTries) again(entry, clock.now());
      }
      flush();
    },
    answer(frame) {
      const entry = entries.get(frame.ref ?? '');
      if (!entry) return;
      if (frame.type === 'error') return refused(entry, toError(frame.payload as ErrorPayload, frame.ref));
      if (frame.type !== 'ack' && frame.type !== 'subscribed') return;
      options.onAnswer(entry.asked, frame);
      entry.resolve(frame);
    },
    pendingOn: (on) => [...entries.values()].some(({ sentOn }) => sentOn === on),
    failAll(error) {
      for (const entry of [...entries.values()]) entry.reject(error);
    },
  };
}

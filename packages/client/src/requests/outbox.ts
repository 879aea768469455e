import type { ServerFrame } from '@tidings/protocol';
import { backoffMs } from '../base/backoff.ts';
import { maxRefLength, maxTries, refLifeMs, retryBaseMs, retryCapMs, usualMaxBytes } from '../base/bounds.ts';
import { type Clock, never } from '../base/clock.ts';
import { bytesOf, type Limits, write } from '../base/frameSize.ts';
import { amountOf, type Unknown } from '../base/incoming.ts';
import { connectionLost, isStranger, passing, TidingsError, toError } from '../base/tidingsError.ts';
import { lateMs, type Task } from '../base/timers.ts';
import type { Socket } from '../connection/socket.ts';
import { checkName } from '../options.ts';

export { refLifeMs };

export interface Asked {
  readonly action: string;
  readonly topic?: string | undefined;
  readonly payload?: object | undefined;
  /** The idempotency key; a new one, if absent. */
  readonly ref?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What to do while there is no connection. */
  readonly offline?: 'queue' | 'fail';
  /** Only of use on this connection: it fails with it and is not asked again on another. */
  readonly socket?: Socket;
}

export interface OutboxOptions {
  readonly clock: Clock;
  random(): number;
  newRef(): string;
  /** How many requests may wait for a connection. */
  readonly maxQueued: number;
  /** How long an answer may take on one connection, repeats included. */
  readonly timeoutMs: number;
  /** Called before the promise of a request is resolved. */
  onAnswer(asked: Asked, frame: ServerFrame): void;
  onSent(): void;
  /** Times have changed. */
  rearm(): void;
}

export interface Outbox extends Task {
  ask(asked: Asked): Promise<ServerFrame>;
  /** Requests go to this connection from now on. */
  use(socket: Socket, limits: Limits): void;
  /** What was sent there and not answered is sent again, with the same `ref`. */
  lost(socket: Socket): void;
  /** A function died over a request of this connection, and nobody says over which. */
  crashed(socket: Socket): void;
  answer(frame: ServerFrame): void;
  pendingOn(socket: Socket): boolean;
  /** Ends every request with this error and its `ref`. */
  failAll(error: TidingsError): void;
}

interface Entry {
  readonly asked: Asked;
  readonly ref: string;
  readonly text: string;
  readonly bytes: number;
  sentOn?: Socket | undefined;
  firstSentAt?: number;
  tries: number;
  notBefore: number;
  /** When it will have waited in vain; while it was not sent on any connection it waits for one. */
  answerBy: number;
  failure?: TidingsError;
  /** Either ends it, and forgets it. */
  resolve(frame: ServerFrame): void;
  reject(reason: unknown): void;
}

/** Holds every request until it has its one answer. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { clock, random, timeoutMs } = options;
  const entries = new Map<string, Entry>();
  let socket: Socket | undefined;
  let maxBytes = usualMaxBytes;
  /** The server's rate is a token bucket: kept, as there, as the one time at which it is full again. */
  let fullAt = 0;
  let eachMs = 0;
  /** How long before that one more may be sent. */
  let leadMs = 0;
  /** When there is something to send, or to wait for no longer. */
  let nextAt = never;

  function ask(asked: Asked): Promise<ServerFrame> {
    const { action, topic, payload, signal, ref = options.newRef() } = asked;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      checkName('ref', ref, maxRefLength);
      const text = write({ action, ref, topic, payload });
      const refusal = refuse(asked, ref);
      if (refusal) return reject(refusal);
      const ending =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          entries.delete(ref);
          signal?.removeEventListener('abort', onAbort);
          settle(value);
        };
      const entry: Entry = {
        asked,
        ref,
        text,
        bytes: bytesOf(text),
        tries: 0,
        notBefore: 0,
        answerBy: never,
        resolve: ending(resolve),
        reject: ending(reject),
      };
      const onAbort = () => entry.reject(signal?.reason);
      signal?.addEventListener('abort', onAbort);
      entries.set(ref, entry);
      flush();
    });
  }

  function refuse({ offline, socket: only }: Asked, ref: string): TidingsError | undefined {
    if (entries.has(ref)) return new TidingsError('conflict', `${ref} is under way`);
    if (only ? only !== socket : !socket && offline === 'fail') return connectionLost(ref);
    if (socket || entries.size < options.maxQueued) return undefined;
    return passing('queue_full', 'too many wait', ref);
  }

  function flush() {
    const now = clock.now();
    nextAt = never;
    for (const entry of entries.values()) {
      // The time for which the machine slept was no time to answer in.
      if (now - entry.answerBy > lateMs) entry.answerBy = now + timeoutMs;
      if (now >= entry.answerBy || (!entry.sentOn && isForgotten(entry))) {
        if (entry.failure) entry.reject(entry.failure);
        else timedOut(entry);
        continue;
      }
      if (!entry.sentOn) {
        const dueAt = Math.max(entry.notBefore, fullAt - leadMs);
        if (entry.bytes > maxBytes) {
          end(entry, 'payload_too_large', `a request has at most ${maxBytes} bytes`);
        } else if (socket && dueAt > now) nextAt = Math.min(nextAt, dueAt);
        else if (socket) send(entry, socket, now);
      }
      nextAt = Math.min(nextAt, entry.answerBy);
    }
    options.rearm();
  }

  function send(entry: Entry, to: Socket, now: number) {
    entry.sentOn = to;
    entry.firstSentAt ??= now;
    entry.tries++;
    if (entry.answerBy === never) entry.answerBy = now + timeoutMs;
    fullAt = Math.max(fullAt, now) + eachMs;
    to.send(entry.text);
    options.onSent();
  }

  const isForgotten = ({ firstSentAt }: Entry) => clock.now() - (firstSentAt ?? never) > refLifeMs;

  /** Nobody is to ask again under a `ref` that the server may have forgotten. */
  function end(entry: Entry, code: string, message: string, retryable = false) {
    entry.reject(new TidingsError(code, message, isForgotten(entry) ? {} : { retryable, ref: entry.ref }));
  }

  const timedOut = (entry: Entry) =>
    end(entry, 'timeout', `no answer: ${entry.asked.action} may have succeeded`, true);

  function refused(entry: Entry, failure: TidingsError) {
    const now = clock.now();
    const { code, retryable, retryAfterMs = 0 } = failure;
    const { sentOn } = entry;
    entry.failure = failure;
    if (isStranger(failure) && entry.asked.action !== 'auth') {
      again(entry, now);
      return sentOn?.fail(code, failure);
    }
    // Nobody waits for that long here; the error says how long it is.
    if (retryAfterMs > timeoutMs) return entry.reject(failure);
    if (code === 'rate_limited') {
      entry.tries--;
      // Where no field is named, the limit is that of all requests: others would be refused as well.
      if (!failure.details[0]) fullAt = Math.max(fullAt, now + Math.max(retryAfterMs, 50) + leadMs);
    } else if (!retryable || entry.tries >= maxTries) {
      return entry.reject(failure);
    }
    again(entry, now + retryAfterMs);
    flush();
  }

  function again(entry: Entry, minAt: number) {
    entry.sentOn = undefined;
    entry.notBefore = minAt + backoffMs(entry.tries, random(), retryBaseMs, retryCapMs);
  }

  return {
    ask,
    dueAt: () => nextAt,
    run: flush,
    use(to, limits) {
      socket = to;
      maxBytes = amountOf(limits.frameBytes) || usualMaxBytes;
      fullAt = 0;
      // What the server did not name is not limited.
      eachMs = 1000 / (amountOf(limits.framesPerSecond) || never);
      leadMs = eachMs * (Math.max(1, amountOf(limits.frameBurst) ?? 1) - 1);
      flush();
    },
    lost(of) {
      if (socket === of) socket = undefined;
      for (const entry of entries.values()) {
        const { asked, sentOn, ref } = entry;
        if (sentOn !== of && asked.socket !== of) continue;
        if (asked.socket || (asked.offline === 'fail' && !socket)) entry.reject(connectionLost(ref));
        else {
          entry.sentOn = undefined;
          entry.answerBy = never;
          entry.notBefore = entry.tries = 0;
        }
      }
      flush();
    },
    crashed(on) {
      for (const entry of entries.values()) {
        if (entry.sentOn === on && entry.tries < maxTries) again(entry, clock.now());
      }
      flush();
    },
    answer(frame) {
      const entry = entries.get(frame.ref as string);
      if (!entry) return;
      if (frame.type === 'error') return refused(entry, toError(frame.payload as Unknown, frame.ref));
      if (!/^(ack|subscribed)$/.test(frame.type)) return;
      options.onAnswer(entry.asked, frame);
      entry.resolve(frame);
    },
    pendingOn: (on) => [...entries.values()].some(({ sentOn }) => sentOn === on),
    failAll({ code, message }) {
      for (const entry of entries.values()) end(entry, code, message);
    },
  };
}

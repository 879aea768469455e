import type { Random } from '../../../core/ports.ts';
import type { Journal } from '../journal.ts';
import type { Scheduler } from '../world/scheduler.ts';

/** A frame of a client, before it has its `ref`. */
export interface Intent {
  readonly action: string;
  readonly topic?: string;
  readonly payload?: object;
}

/** An answer: `ack`, `subscribed` or `error`. */
export interface Reply {
  readonly type: string;
  readonly ref?: string;
  readonly payload: { readonly [name: string]: unknown };
}

interface Ask {
  readonly ref: string;
  readonly intent: Intent;
  /** A change has to end in an answer, over however many connections; the rest dies with its connection. */
  readonly lasting: boolean;
  readonly done: (reply: Reply | undefined) => void;
  callOff: () => void;
}

export interface AsksParts {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly journal: Journal;
  /** Sends over the connection of today. @returns its id, or nothing when there is none. */
  readonly send: (text: string, ref: string) => string | undefined;
  /** Nobody answers on this connection. */
  readonly onSilence: () => void;
  /** The server no longer knows this connection, or its token is over. */
  readonly onStranger: () => void;
}

const answerMs = 15_000;
const again = new Set(['unavailable', 'timeout', 'internal', 'rate_limited']);

/** What a device has asked for and not been answered. A change is repeated with the same `ref` until it is. */
export function asks(parts: AsksParts) {
  const { name, scheduler, random, journal } = parts;
  const open = new Map<string, Ask>();
  let count = 0;
  let silences = 0;

  const transmit = (ask: Ask) => {
    ask.callOff();
    const { ref, intent } = ask;
    const text = JSON.stringify({ ...intent, ref });
    const conn = parts.send(text, ref);
    if (conn === undefined) return;
    journal.note('ask', { d: name, conn, ref, ...intent });
    ask.callOff = scheduler.after(answerMs, () => {
      if (++silences >= 2) parts.onSilence();
      if (ask.lasting) transmit(ask);
      else settle(ask, undefined);
    });
  };
  const settle = (ask: Ask, reply: Reply | undefined) => {
    ask.callOff();
    open.delete(ask.ref);
    ask.done(reply);
  };
  const later = (ask: Ask, ms: number) => {
    ask.callOff();
    ask.callOff = scheduler.after(ms * (0.5 + random.fraction()), () => transmit(ask));
  };

  return {
    /** @returns the answer; nothing when the connection went before it came. */
    ask: (intent: Intent, { lasting = false } = {}) =>
      new Promise<Reply | undefined>((done) => {
        const ask: Ask = { ref: `${name}-${count++}`, intent, lasting, done, callOff: () => {} };
        open.set(ask.ref, ask);
        transmit(ask);
      }),
    onReply(reply: Reply) {
      silences = 0;
      const ask = open.get(reply.ref ?? '');
      if (!ask) return;
      const { code, retryAfterMs = 1000 } = reply.payload as { code?: string; retryAfterMs?: number };
      if (code === 'unauthenticated' || code === 'token_expired') parts.onStranger();
      if (ask.lasting && code !== undefined) {
        if (again.has(code)) return later(ask, retryAfterMs);
        if (code === 'unauthenticated' || code === 'token_expired') return;
      }
      settle(ask, reply);
    },
    /** A function died, and the gateway does not say over which frame. */
    onBroken() {
      for (const ask of open.values()) {
        if (ask.lasting) later(ask, 1000);
        else settle(ask, undefined);
      }
    },
    /** The connection is over: what does not last is answered with nothing. */
    onLineLost() {
      silences = 0;
      for (const ask of open.values()) {
        if (ask.lasting) ask.callOff();
        else settle(ask, undefined);
      }
    },
    /** A connection is ready again. */
    resume() {
      for (const ask of open.values()) if (ask.lasting) transmit(ask);
    },
    unanswered: () => [...open.values()].filter(({ lasting }) => lasting).length,
  };
}

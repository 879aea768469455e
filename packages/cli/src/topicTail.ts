import type { ErrorPayload, ServerFrame } from '@tidings/protocol';
import { Failed } from './failures.ts';

/** A position in a topic. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/** What is to be done after something has happened: lines to print, in this order, and a frame to send. */
export interface Step {
  readonly print: readonly ServerFrame[];
  readonly send?: object;
  /** The connection is of no use any more; a new one may be. */
  readonly renew?: true;
}

/** A frame as it comes: API Gateway's own have no type. */
export type Received = Omit<ServerFrame, 'type'> & { readonly type?: string };

/**
 * Follows one topic over however many connections: each event once, in order, and none left out.
 *
 * Not with the client library, which gives an app events and snapshots: a tail prints the frames themselves, answers
 * among them, and asks for what is missing at once.
 */
export interface TopicTail {
  /** A connection has opened. */
  opened(): Step;
  received(frame: Received): Step;
  /** Time to see whether a last frame was lost, or an answer. */
  check(): Step;
  /** Whether it has ever been subscribed. */
  readonly begun: boolean;
}

interface Subscribed {
  readonly epoch?: string;
  readonly seq?: number;
  readonly at?: number;
  readonly recovered: boolean;
  readonly snapshot?: { readonly cursor?: string };
  readonly events?: readonly ServerFrame[];
  readonly more?: boolean;
}

/** `client:*` has no numbers of its own, so what has been printed is told by the events' ids. */
const maxIds = 2_000;

/** All topics of a kind as one, such as `client:*`: it has no numbers of its own. */
export const isCollection = (topic: string): boolean => topic.endsWith(':*');

/**
 * @param start where to begin; absent: with the topic's state as it is.
 */
export function topicTail(topic: string, start?: Position): TopicTail {
  let position = start;
  let changedSince: number | undefined;
  let begun = false;
  let requests = 0;
  let awaited: string | undefined;
  let awaitedAtCheck: string | undefined;
  let held: ServerFrame[] = [];
  const printed = new Set<string>();

  function subscribe(cursor?: string): Step {
    awaited = `tail-${++requests}`;
    const since = position ?? (changedSince === undefined ? undefined : { at: changedSince });
    const payload = { ...(since && { since }), ...(cursor !== undefined && { cursor }) };
    return { print: [], send: { action: 'subscribe', ref: awaited, topic, payload } };
  }

  const catchUp = (): Step => (awaited === undefined ? subscribe() : nothing);

  function subscribed(frame: ServerFrame): Step {
    const { epoch, seq, at, recovered, snapshot, events = [], more } = frame.payload as Subscribed;
    if (epoch !== undefined && seq !== undefined) position = { epoch, seq };
    begun = true;
    const print = recovered ? events : [frame];
    if (more) return { ...subscribe(), print };
    if (snapshot?.cursor !== undefined) return { ...subscribe(snapshot.cursor), print };
    changedSince = at;
    awaited = undefined;
    return then(print, release());
  }

  /** What came while an answer was awaited. A hole that is still there leads to another question. */
  function release(): Step {
    const waiting = held.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    held = [];
    const print: ServerFrame[] = [];
    let send: object | undefined;
    for (const step of waiting.map(event)) {
      print.push(...step.print);
      send ??= step.send;
    }
    return { print, ...(send && { send }) };
  }

  function event(frame: ServerFrame): Step {
    if (frame.seq === undefined || isCollection(topic)) return printOnce(frame);
    if (awaited !== undefined || !position) {
      held.push(frame);
      return nothing;
    }
    if (frame.epoch === position.epoch && frame.seq <= position.seq) return nothing;
    if (frame.epoch !== position.epoch || frame.seq > position.seq + 1) return subscribe();
    position = { ...position, seq: frame.seq };
    return { print: [frame] };
  }

  function printOnce(frame: ServerFrame): Step {
    if (frame.id !== undefined) {
      if (printed.has(frame.id)) return nothing;
      printed.add(frame.id);
      const [oldest] = printed;
      if (printed.size > maxIds && oldest !== undefined) printed.delete(oldest);
    }
    return { print: [frame] };
  }

  function refused({ code, message, retryable }: ErrorPayload): Step {
    if (begun && (retryable || renewable.has(code))) return renew;
    throw new Failed(`${code}: ${message}`);
  }

  const isOurs = (named: string | undefined) =>
    named === topic || (isCollection(topic) && named?.startsWith(topic.slice(0, -1)) === true);

  return {
    get begun() {
      return begun;
    },
    opened() {
      held = [];
      return subscribe();
    },
    received({ type, ...rest }) {
      // API Gateway's own frame: a function has died, and which answer it was to give cannot be told.
      if (type === undefined) return awaited === undefined ? nothing : renew;
      const frame = { type, ...rest };
      if (frame.ref !== undefined && frame.ref === awaited) {
        return type === 'error' ? refused(frame.payload as ErrorPayload) : subscribed(frame);
      }
      if (type === 'resync' && frame.topic === topic) return catchUp();
      if (type === 'ack') return isBehind(frame, topic) ? catchUp() : nothing;
      if (!isOurs(frame.topic) || type === 'resync') return nothing;
      if (type === 'unsubscribed') throw new Failed(`forbidden: you may not follow ${topic} any more`);
      return event(frame);
    },
    check() {
      if (awaited !== undefined && awaited === awaitedAtCheck) return renew;
      awaitedAtCheck = awaited;
      const ref = `check-${++requests}`;
      const sync = { action: 'sync', ref, payload: { heads: { [topic]: position } } };
      return { print: [], send: position ? sync : { action: 'ping' } };
    },
  };
}

const nothing: Step = { print: [] };
const renew: Step = { print: [], renew: true };

/** With these, a new connection may have a better token, or is refused for good. */
const renewable: ReadonlySet<string> = new Set(['token_expired', 'unauthenticated']);

const then = (print: readonly ServerFrame[], next: Step): Step => ({
  ...next,
  print: [...print, ...next.print],
});

function isBehind({ payload }: ServerFrame, topic: string): boolean {
  const { behind } = (payload ?? {}) as { behind?: Readonly<Record<string, unknown>> };
  return behind?.[topic] !== undefined;
}

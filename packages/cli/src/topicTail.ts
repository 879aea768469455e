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

interface State {
  readonly topic: string;
  position: Position | undefined;
  /** For `client:*`: what changed since then is asked for. */
  changedSince: number | undefined;
  begun: boolean;
  requests: number;
  /** The `ref` of the `subscribe` whose answer is awaited, and that which was so at the last check. */
  awaited: string | undefined;
  awaitedAtCheck: string | undefined;
  /** What came while an answer was awaited. */
  held: ServerFrame[];
  readonly printed: Set<string>;
}

/**
 * @param start where to begin; absent: with the topic's state as it is.
 */
export function topicTail(topic: string, start?: Position): TopicTail {
  const state: State = {
    topic,
    position: start,
    changedSince: undefined,
    begun: false,
    requests: 0,
    awaited: undefined,
    awaitedAtCheck: undefined,
    held: [],
    printed: new Set(),
  };
  return {
    get begun() {
      return state.begun;
    },
    opened() {
      state.held = [];
      return subscribe(state);
    },
    received: (frame) => received(state, frame),
    check: () => check(state),
  };
}

function received(state: State, { type, ...rest }: Received): Step {
  const { topic, awaited } = state;
  // API Gateway's own frame: a function has died, and which answer it was to give cannot be told.
  if (type === undefined) return awaited === undefined ? nothing : renew;
  const frame = { type, ...rest };
  if (frame.ref !== undefined && frame.ref === awaited) {
    return type === 'error' ? refused(state, frame.payload as ErrorPayload) : subscribed(state, frame);
  }
  if (type === 'resync' && frame.topic === topic) return catchUp(state);
  if (type === 'ack') return isBehind(frame, topic) ? catchUp(state) : nothing;
  if (!isOf(topic, frame.topic) || type === 'resync') return nothing;
  if (type === 'unsubscribed') throw new Failed(`forbidden: you may not follow ${topic} any more`);
  return event(state, frame);
}

const isOf = (topic: string, named: string | undefined) =>
  named === topic || (isCollection(topic) && named?.startsWith(topic.slice(0, -1)) === true);

function check(state: State): Step {
  const { topic, position, awaited } = state;
  if (awaited !== undefined && awaited === state.awaitedAtCheck) return renew;
  state.awaitedAtCheck = awaited;
  const ref = `check-${++state.requests}`;
  const sync = { action: 'sync', ref, payload: { heads: { [topic]: position } } };
  return { print: [], send: position ? sync : { action: 'ping' } };
}

function subscribe(state: State, cursor?: string): Step {
  const { topic, position, changedSince } = state;
  state.awaited = `tail-${++state.requests}`;
  const since = position ?? (changedSince === undefined ? undefined : { at: changedSince });
  const payload = { ...(since && { since }), ...(cursor !== undefined && { cursor }) };
  return { print: [], send: { action: 'subscribe', ref: state.awaited, topic, payload } };
}

const catchUp = (state: State): Step => (state.awaited === undefined ? subscribe(state) : nothing);

function subscribed(state: State, frame: ServerFrame): Step {
  const { epoch, seq, at, recovered, snapshot, events = [], more } = frame.payload as Subscribed;
  if (epoch !== undefined && seq !== undefined) state.position = { epoch, seq };
  state.begun = true;
  const print = recovered ? events : [frame];
  if (more) return { ...subscribe(state), print };
  if (snapshot?.cursor !== undefined) return { ...subscribe(state, snapshot.cursor), print };
  state.changedSince = at;
  state.awaited = undefined;
  return then(print, release(state));
}

/** What came while an answer was awaited. A hole that is still there leads to another question. */
function release(state: State): Step {
  const waiting = state.held.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  state.held = [];
  const print: ServerFrame[] = [];
  let send: object | undefined;
  for (const frame of waiting) {
    const step = event(state, frame);
    print.push(...step.print);
    send ??= step.send;
  }
  return { print, ...(send && { send }) };
}

function event(state: State, frame: ServerFrame): Step {
  const { topic, position } = state;
  if (frame.seq === undefined || isCollection(topic)) return printOnce(state, frame);
  if (state.awaited !== undefined || !position) {
    state.held.push(frame);
    return nothing;
  }
  if (frame.epoch === position.epoch && frame.seq <= position.seq) return nothing;
  if (frame.epoch !== position.epoch || frame.seq > position.seq + 1) return subscribe(state);
  state.position = { ...position, seq: frame.seq };
  return { print: [frame] };
}

function printOnce({ printed }: State, frame: ServerFrame): Step {
  if (frame.id !== undefined) {
    if (printed.has(frame.id)) return nothing;
    printed.add(frame.id);
    const [oldest] = printed;
    if (printed.size > maxIds && oldest !== undefined) printed.delete(oldest);
  }
  return { print: [frame] };
}

function refused({ begun }: State, { code, message, retryable }: ErrorPayload): Step {
  if (begun && (retryable || renewable.has(code))) return renew;
  throw new Failed(`${code}: ${message}`);
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

import type { ServerFrame } from '@tidings/protocol';
import { createListeners } from '../base/listeners.ts';
import { createStore } from '../base/store.ts';
import { TidingsError } from '../base/tidingsError.ts';
import { type Tell, tell, waitIn } from '../base/waiters.ts';
import type { Reducer } from '../clientFeature.ts';
import type { AnyEvent, Contract, EventName, KindName, TopicEvent } from '../contract.ts';
import type { Position } from './sequencer.ts';
import type { TopicListener } from './topicListener.ts';

/** Events were missed for good, or another user has signed in; this is the state that they led to, or that user's. */
export interface Reset<S = unknown> {
  readonly type: 'reset';
  readonly topic: string;
  /** The whole state at `position`; on `client:*` the list with the clients that were missed brought up to date. */
  readonly snapshot: S;
  readonly position: Position | undefined;
}

/**
 * A topic is followed as long as somebody listens to it in any of these ways; the last one to leave ends it,
 * one second later, so that a component may be put back.
 */
export interface Topic<C extends Contract, K extends KindName<C>> {
  /** As the wire names it: `client:acme`. */
  readonly name: string;
  /** The state at `position`: what the server gave, with the events since. */
  readonly snapshot: C['topics'][K] | undefined;
  /** How far this client has got; none on `client:*`. */
  readonly position: Position | undefined;
  /** Whether it was brought up to date since it is followed. A lost connection does not change that. */
  readonly isJoined: boolean;
  /** Why the server does not let this user follow it; gone once it does. */
  readonly error: TidingsError | undefined;
  /**
   * Calls `listener` with each event of a type, in order and once. `'*'` is any event; `'snapshot'` a state
   * that the server gave; `'reset'` that events were missed; `'error'` a refusal; `'joined'` that the topic is
   * up to date, on each new connection anew; `'closed'` that the client was closed.
   *
   * @returns a function that ends it.
   */
  on<T extends EventName<C>>(type: T, listener: (event: TopicEvent<T, C['events'][T]>) => void): () => void;
  on(type: '*', listener: (event: AnyEvent<C>) => void): () => void;
  on(type: 'snapshot', listener: (snapshot: C['topics'][K]) => void): () => void;
  on(type: 'reset', listener: (reset: Reset<C['topics'][K]>) => void): () => void;
  on(type: 'error', listener: (error: TidingsError) => void): () => void;
  on(type: 'joined', listener: () => void): () => void;
  on(type: 'closed', listener: (error: TidingsError) => void): () => void;
  /** Follows it until the returned function is called, and has `joined` to wait for. */
  hold(): () => void;
  /** Resolves once the topic is up to date. @throws TidingsError a refusal; `not_subscribed`, if nobody follows it; `closed` */
  joined(): Promise<void>;
  /** With `getSnapshot` for React's `useSyncExternalStore`: follows the topic, and tells when `snapshot` changes. */
  subscribe(onChange: () => void): () => void;
  getSnapshot(): C['topics'][K] | undefined;
}

export interface TopicOptions {
  readonly name: string;
  readonly fold: Reducer | undefined;
  follow(): void;
  unfollow(): void;
  position(): Position | undefined;
  /** Why nothing comes any more, if the client is closed. */
  closed(): TidingsError | undefined;
  report(error: unknown): void;
}

/** What listeners are told besides events. An event of the same name is heard by `'*'` alone. */
const ownNames = /^(\*|snapshot|reset|error|joined|closed)$/;

export function createTopic(
  options: TopicOptions,
): TopicListener & { readonly topic: Topic<Contract, never> } {
  const { name, fold, report } = options;
  const state = createStore<object | undefined>(undefined, report);
  const listeners = createListeners(report);
  const waiting: Tell[] = [];
  let error: TidingsError | undefined;
  let isJoined = false;
  let followers = 0;
  const notFollowed = () => new TidingsError('not_subscribed', `nobody follows ${name}: hold() it before`);
  let isOfAnother = false;

  /** Follows the topic, and hears what `add` adds, until the returned function is called for the first time. */
  function following(add?: () => () => void): () => void {
    // It throws where there is no WebSocket: what follows nothing is to hear nothing.
    options.follow();
    followers++;
    const remove = add?.();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      followers--;
      remove?.();
      options.unfollow();
    };
  }

  function after(before: object | undefined, frame: ServerFrame) {
    if (!fold || !before || frame.seq === undefined) return before;
    try {
      return fold(before as never, frame as never);
    } catch (error) {
      report(error);
      return before;
    }
  }

  const topic: Topic<Contract, never> = {
    name,
    get snapshot() {
      return state.getSnapshot() as never;
    },
    get position() {
      return options.position();
    },
    get error() {
      return error;
    },
    get isJoined() {
      return isJoined;
    },
    on: (type: string, listener: (value: never) => void) => following(() => listeners.add(type, listener)),
    hold: () => following(),
    async joined() {
      const why = error ?? options.closed();
      if (why) throw why;
      if (isJoined) return;
      if (followers === 0) throw notFollowed();
      return waitIn(waiting);
    },
    subscribe: (onChange) => following(() => state.subscribe(onChange)),
    getSnapshot: state.getSnapshot as never,
  };

  return {
    topic,
    state: state.getSnapshot,
    event(frame) {
      const before = state.getSnapshot();
      const next = after(before, frame);
      if (next !== before) state.set(next);
      if (!ownNames.test(frame.type)) listeners.call(frame.type, frame);
      listeners.call('*', frame);
    },
    jump(kind, given, position, events = []) {
      const snapshot = events.reduce(after, given);
      state.set(snapshot);
      if (snapshot) listeners.call('snapshot', snapshot);
      if (kind === 'reset' || isOfAnother) {
        isOfAnother = false;
        listeners.call('reset', { type: 'reset', topic: name, snapshot, position });
      }
    },
    joined() {
      isJoined = true;
      error = undefined;
      listeners.call('joined');
      tell(waiting);
    },
    refused(why) {
      isJoined = false;
      error = why;
      listeners.call('error', why);
      tell(waiting, why);
    },
    closed(why) {
      listeners.call('closed', why);
      tell(waiting, why);
    },
    left(how) {
      isJoined = false;
      error = undefined;
      isOfAnother = how !== undefined;
      if (!how) tell(waiting, notFollowed());
      state.set(undefined);
    },
  };
}

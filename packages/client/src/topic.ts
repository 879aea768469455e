import type { ServerFrame } from '@tidings/protocol';
import type { AnyEvent, Contract, EventName, KindName, TidingsContract, TopicEvent } from './contract.ts';
import { iterate } from './events.ts';
import { createListeners } from './listeners.ts';
import { type Reducer, replaced } from './reducers.ts';
import type { Audience } from './session.ts';
import { createStore } from './status.ts';
import { TidingsError } from './tidingsError.ts';
import type { Position } from './tracker.ts';

/** Events were missed for good; this is the state that they led to. */
export interface Reset<S = unknown> {
  readonly type: 'reset';
  readonly topic: string;
  /** The whole state at `position`; on `client:*` the list with the clients that were missed brought up to date. */
  readonly snapshot: S;
  readonly position: Position | undefined;
}

/** How a topic is iterated over. */
export interface IterationOptions {
  /** Ends the iteration, without an error. */
  readonly signal?: AbortSignal;
  /** @default 1000 */
  readonly mostBuffered?: number;
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
  /** Why the server does not let this user follow it; gone once it does. */
  readonly error: TidingsError | undefined;
  /**
   * Calls `listener` with each event of a type, in order and once. `'*'` is any event; `'snapshot'` a state
   * that the server gave; `'reset'` that events were missed; `'error'` a refusal.
   *
   * @returns a function that ends it.
   */
  on<T extends EventName<C>>(type: T, listener: (event: TopicEvent<T, C['events'][T]>) => void): () => void;
  on(type: '*', listener: (event: AnyEvent<C>) => void): () => void;
  on(type: 'snapshot', listener: (snapshot: C['topics'][K]) => void): () => void;
  on(type: 'reset', listener: (reset: Reset<C['topics'][K]>) => void): () => void;
  on(type: 'error', listener: (error: TidingsError) => void): () => void;
  /** All events and resets from now on. @throws TidingsError a refusal; `overflow` */
  events(options?: IterationOptions): AsyncGenerator<AnyEvent<C> | Reset<C['topics'][K]>, void>;
  [Symbol.asyncIterator](): AsyncGenerator<AnyEvent<C> | Reset<C['topics'][K]>, void>;
  /** Follows it until the returned function is called, and has `joined` to wait for. */
  hold(): () => void;
  /** Resolves once the topic is up to date. It has to be followed. @throws TidingsError a refusal. */
  joined(): Promise<void>;
  /** With `getSnapshot` for React's `useSyncExternalStore`: follows the topic, and tells when `snapshot` changes. */
  subscribe(onChange: () => void): () => void;
  getSnapshot(): C['topics'][K] | undefined;
}

export interface TopicOptions {
  readonly name: string;
  readonly reducer: Reducer | undefined;
  follow(): void;
  unfollow(): void;
  position(): Position | undefined;
  report(error: unknown): void;
}

const defaultBuffered = 1_000;

export function createTopic(options: TopicOptions): { topic: Topic<Contract, never>; audience: Audience } {
  const { name, reducer, report } = options;
  const state = createStore<object | undefined>(undefined, report);
  const listeners = createListeners(report);
  let error: TidingsError | undefined;
  let isJoined = false;
  const waiting: { resolve(): void; reject(error: Error): void }[] = [];

  /** Follows the topic until the returned function is called for the first time. */
  function following(remove: () => void): () => void {
    let isOver = false;
    options.follow();
    return () => {
      if (isOver) return;
      isOver = true;
      remove();
      options.unfollow();
    };
  }

  function take(frame: ServerFrame) {
    const before = state.getSnapshot();
    if (!reducer || before === undefined || frame.seq === undefined) return;
    const after = reducer(before as never, frame as never);
    if (after !== before) state.set(after);
  }

  const audience: Audience = {
    state: state.getSnapshot,
    event(frame) {
      take(frame);
      listeners.call(frame.type, frame);
      listeners.call('*', frame);
    },
    jump(kind, given, position) {
      const snapshot = kind === 'reset' && name === 'client:*' ? merge(state.getSnapshot(), given) : given;
      state.set(snapshot);
      if (snapshot) listeners.call('snapshot', snapshot);
      if (kind === 'reset') listeners.call('reset', { type: 'reset', topic: name, snapshot, position });
    },
    joined() {
      isJoined = true;
      error = undefined;
      for (const { resolve } of waiting.splice(0)) resolve();
    },
    refused(why) {
      isJoined = false;
      error = why;
      for (const { reject } of waiting.splice(0)) reject(why);
      listeners.call('error', why);
    },
    left() {
      isJoined = false;
      error = undefined;
      state.set(undefined);
      const over = new TidingsError('closed', `nobody follows ${name} any more`);
      for (const { reject } of waiting.splice(0)) reject(over);
    },
  };

  const events = ({ signal, mostBuffered = defaultBuffered }: IterationOptions = {}) =>
    iterate<never>(
      {
        listen(onValue, onError) {
          const removers = [
            listeners.add('*', onValue),
            listeners.add('reset', onValue),
            listeners.add('error', onError),
          ];
          return following(() => {
            for (const remove of removers) remove();
          });
        },
      },
      mostBuffered,
      signal,
    );

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
    on: (type: string, listener: (value: never) => void) => following(listeners.add(type, listener)),
    events,
    [Symbol.asyncIterator]: () => events(),
    hold: () => following(() => {}),
    joined: () =>
      new Promise((resolve, reject) => {
        if (error) reject(error);
        else if (isJoined) resolve();
        else waiting.push({ resolve, reject });
      }),
    subscribe: (onChange) => following(state.subscribe(onChange)),
    getSnapshot: () => state.getSnapshot() as never,
  };
  return { topic, audience };
}

/** The clients that were missed take the place of what was known of them. */
function merge(before: object | undefined, missed: object | undefined) {
  const [known = [], newer = []] = [before, missed].map(
    (list) => (list as TidingsContract['topics']['client:*'] | undefined)?.clients,
  );
  return { clients: replaced('clientId', known, newer) };
}

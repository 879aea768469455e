import { liveStore } from '../base/liveStore.ts';
import type { Store } from '../base/store.ts';
import type { TidingsError } from '../base/tidingsError.ts';
import type { Contract, KindName } from '../contract.ts';
import type { Topic } from '../topics/topic.ts';

/** A topic as somebody sees it who looks at it now. */
export interface TopicState<S> {
  /** The state, where the topic has one and it is known. */
  readonly data: S | undefined;
  /** Why the server does not let this user follow it. */
  readonly error: TidingsError | undefined;
  /** Whether it has been brought up to date. */
  readonly isJoined: boolean;
}

/** A topic to look at. */
export interface TopicView<S> extends Store<TopicState<S>> {
  /** Resolves when the topic is joined or refused, and follows it until then; a closed client may be opened again. Of use before anybody listens. */
  settled(): Promise<void>;
}

const views = new WeakMap<object, TopicView<unknown>>();

/** The one view of a topic. It follows the topic while somebody listens to it. */
export function topicView<C extends Contract, K extends KindName<C>>(
  topic: Topic<C, K>,
): TopicView<C['topics'][K]> {
  const known = views.get(topic);
  if (known) return known as TopicView<C['topics'][K]>;
  const made = createView(topic);
  views.set(topic, made as TopicView<unknown>);
  return made;
}

function createView<C extends Contract, K extends KindName<C>>(
  topic: Topic<C, K>,
): TopicView<C['topics'][K]> {
  type State = TopicState<C['topics'][K]>;
  let last: State = { data: undefined, error: undefined, isJoined: false };
  let waiting: Promise<void> | undefined;

  function read(): State {
    const { snapshot: data, error, isJoined } = topic;
    if (last.data !== data || last.error !== error || last.isJoined !== isJoined) {
      last = { data, error, isJoined };
    }
    return last;
  }

  const store = liveStore<State>(last, ({ set }) => {
    const look = () => {
      const before = last;
      if (read() !== before) set(last);
    };
    const stops = [topic.subscribe(look), topic.on('error', look), topic.on('joined', look)];
    return () => {
      for (const stop of stops) stop();
    };
  });

  return {
    subscribe: store.subscribe,
    // Read afresh: between two listeners nobody tells.
    getSnapshot: read,
    settled() {
      waiting ??= new Promise((resolve) => {
        const look = () => {
          if (!topic.isJoined && !topic.error) return;
          waiting = undefined;
          for (const stop of stops) stop();
          resolve();
        };
        const stops = [topic.on('joined', look), topic.on('error', look)];
        void Promise.resolve().then(look);
      });
      return waiting;
    },
  };
}

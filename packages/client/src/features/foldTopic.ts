import { liveStore } from '../base/liveStore.ts';
import type { Store } from '../base/store.ts';
import type { AnyEvent, Contract, KindName } from '../contract.ts';
import type { Position } from '../topics/sequencer.ts';
import type { Topic } from '../topics/topic.ts';
import { type TopicState, topicView } from './topicView.ts';

/** How a state is made of a topic. */
export interface Fold<C extends Contract, K extends KindName<C>, S> {
  /** What to begin with, and again where events were missed: from the topic's state, where it has one. */
  readonly initial: (snapshot: C['topics'][K] | undefined) => S;
  /** The state after an event. An event that changes nothing gives the same object back. */
  readonly reducer: (state: S, event: AnyEvent<C>) => S;
}

/** A state of one's own, made of a topic's state and its events. It follows the topic while somebody listens. */
export function foldTopic<C extends Contract, K extends KindName<C>, S>(
  topic: Topic<C, K>,
  { initial, reducer }: Fold<C, K, S>,
): Store<TopicState<S>> {
  const view = topicView(topic);
  let data = initial(topic.snapshot);
  let leftAt: Position | undefined;
  let last: TopicState<S> = { ...view.getSnapshot(), data };

  function read(): TopicState<S> {
    const { error, isJoined } = view.getSnapshot();
    if (last.data !== data || last.error !== error || last.isJoined !== isJoined) {
      last = { data, error, isJoined };
    }
    return last;
  }

  const store = liveStore<TopicState<S>>(last, ({ set }) => {
    const change = (next: S) => {
      const before = last;
      data = next;
      if (read() !== before) set(last);
    };
    // Whoever comes back to where it left has missed nothing.
    if (!leftAt || !isSame(leftAt, topic.position)) change(initial(topic.snapshot));
    const stops = [
      topic.on('snapshot', (snapshot) => change(initial(snapshot))),
      topic.on('reset', ({ snapshot }) => change(initial(snapshot))),
      topic.on('*', (event) => change(reducer(data, event))),
      view.subscribe(() => change(data)),
    ];
    return () => {
      leftAt = topic.position;
      for (const stop of stops) stop();
    };
  });

  return { subscribe: store.subscribe, getSnapshot: read };
}

const isSame = (a: Position, b: Position | undefined) => a.epoch === b?.epoch && a.seq === b.seq;

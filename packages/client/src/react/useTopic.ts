import { useMemo, useRef, useSyncExternalStore } from 'react';
import type { Store } from '../base/store.ts';
import type { AnyEvent, KindName, LoneKind } from '../contract.ts';
import { foldTopic } from '../features/foldTopic.ts';
import { type TopicState, topicView } from '../features/topicView.ts';
import type { Topic } from '../topics/topic.ts';
import type { Registered } from './registered.ts';
import { useClient } from './tidingsProvider.ts';
import { useSelected } from './useStore.ts';

export type Kind = KindName<Registered>;
/** The kinds of topics of which there are many. */
export type NamedKind = Exclude<Kind, LoneKind<Registered>>;
export type Snapshot<K extends Kind> = Registered['topics'][K];

/** How a topic is followed. */
export interface TopicOptions {
  /** Waits in the nearest `Suspense` until the topic is there, and throws a refusal to the nearest error boundary. @default false */
  readonly suspense?: boolean;
}

/** What a component takes of a state: it renders again only when that changes. */
export interface Select<S, R> {
  readonly select: (state: S) => R;
  /** @default Object.is */
  readonly isEqual?: (a: R, b: R) => boolean;
}

/** A state of the component's own, made of a topic's state and its events. */
export interface Reduce<K extends Kind, S> {
  /** What to begin with, and again where events were missed. */
  readonly initial: (snapshot: Snapshot<K> | undefined) => S;
  readonly reducer: (state: S, event: AnyEvent<Registered>) => S;
}

/** A topic, and what a component takes of it. */
export interface Shown<R> extends Omit<TopicState<R>, 'data'> {
  readonly data: R;
}

const unknown: TopicState<never> = { data: undefined, error: undefined, isJoined: false };
const asIs = (value: unknown) => value;
const never = () => () => {};
const yes = () => true;
const no = () => false;

/**
 * Follows a topic while the component is there. `data` is the topic's state, kept up by its events; or what
 * `select` takes of it; or the component's own state, which `reducer` makes of the events.
 *
 * @example
 * const { data: totals } = useTopic('client', 'acme', { select: (acme) => acme?.totals });
 * @example
 * const { data: messages } = useTopic('room', 'lobby', {
 *   initial: (): string[] => [],
 *   reducer: (all, event) => (event.type === 'room.message' ? [...all, event.payload.body] : all),
 * });
 */
export function useTopic<K extends NamedKind, R = Snapshot<K> | undefined>(
  kind: K,
  id: string,
  options?: Plain<K, R>,
): Shown<R>;
export function useTopic<K extends LoneKind<Registered>, R = Snapshot<K> | undefined>(
  kind: K,
  id?: undefined,
  options?: Plain<K, R>,
): Shown<R>;
export function useTopic<K extends NamedKind, S, R = S>(
  kind: K,
  id: string,
  options: Reduced<K, S, R>,
): Shown<R>;
export function useTopic<K extends LoneKind<Registered>, S, R = S>(
  kind: K,
  id: undefined,
  options: Reduced<K, S, R>,
): Shown<R>;
export function useTopic(kind: Kind, id?: string, options: Options = {}): TopicState<unknown> {
  const { select = asIs, isEqual = Object.is, suspense = false } = options;
  const topic = useTopicObject(kind, id);
  const state = useSelected<TopicState<unknown>, TopicState<unknown>>(
    useFolded(topic, options),
    { ...unknown, data: options.initial?.(undefined as never) },
    {
      select: (whole) => ({ ...whole, data: select(whole.data as never) }),
      isEqual: (a, b) =>
        a.error === b.error && a.isJoined === b.isJoined && isEqual(a.data as never, b.data as never),
    },
  );
  const isInBrowser = useSyncExternalStore(never, yes, no);
  if (!suspense || state.isJoined) return state;
  if (state.error) throw state.error;
  // A server sends the fallback in the place of what throws, and the browser renders it anew.
  if (!isInBrowser) throw new Error('a topic is followed in the browser, not on a server');
  throw topicView(topic).settled();
}

/** A topic as it is, or what `select` takes of it. */
type Plain<K extends Kind, R> = TopicOptions &
  Partial<Select<Snapshot<K> | undefined, R>> & { readonly initial?: never; readonly reducer?: never };

/** A state that is made of the events, or what `select` takes of it. */
type Reduced<K extends Kind, S, R> = TopicOptions & Reduce<K, S> & Partial<Select<S, R>>;

interface Options extends TopicOptions {
  readonly select?: ((state: never) => unknown) | undefined;
  readonly isEqual?: (a: never, b: never) => boolean;
  readonly initial?: (snapshot: never) => unknown;
  readonly reducer?: (state: never, event: never) => unknown;
}

/** The object of a topic: the same one for the same name. By itself it follows nothing. */
export function useTopicObject(kind: Kind, id: string | undefined): Topic<Registered, Kind> {
  return useClient().topic(kind, id as never);
}

/** What to listen to: the topic itself, or what a reducer makes of it. */
function useFolded(
  topic: Topic<Registered, Kind>,
  { initial, reducer }: Options,
): Store<TopicState<unknown>> {
  const latest = useRef({ initial, reducer });
  latest.current = { initial, reducer };
  const isFolded = reducer !== undefined;
  return useMemo(() => {
    if (!isFolded) return topicView(topic);
    return foldTopic<Registered, Kind, unknown>(topic, {
      initial: (snapshot) => latest.current.initial?.(snapshot as never),
      reducer: (state, event) => latest.current.reducer?.(state as never, event as never),
    });
  }, [topic, isFolded]);
}

import { useEffect, useRef } from 'react';
import type { AnyEvent, EventName, TopicEvent, TopicId } from '../contract.ts';
import type { Registered } from './registered.ts';
import { type Kind, useTopicObject } from './useTopic.ts';

/**
 * Calls `listener` with each event of a type while the component is there, in order and once; `'*'` is any event.
 * The listener of the last render is the one that is called, so it need not be memoized.
 *
 * @example useEvent('client', 'acme', 'alert', ({ payload }) => toast(payload.title));
 */
export function useEvent<T extends EventName<Registered>, K extends Kind>(
  kind: K,
  id: TopicId<Registered, K>[0],
  type: T,
  listener: (event: TopicEvent<T, Registered['events'][T]>) => void,
): void;
export function useEvent<K extends Kind>(
  kind: K,
  id: TopicId<Registered, K>[0],
  type: '*',
  listener: (event: AnyEvent<Registered>) => void,
): void;
export function useEvent(
  kind: Kind,
  id: string | undefined,
  type: '*',
  listener: (event: AnyEvent<Registered>) => void,
): void {
  const topic = useTopicObject(kind, id);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => topic.on(type, (event) => latest.current(event)), [topic, type]);
}

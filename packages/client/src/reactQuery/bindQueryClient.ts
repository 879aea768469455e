import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { Contract, EventName, KindName, TopicEvent } from '../contract.ts';
import type { Topic } from '../topics/topic.ts';

/** What an event changes in the cache: the data of one key, or all that begins with a key, to be fetched again. */
export type CacheChange =
  | { readonly patch: QueryKey; readonly with: (data: never) => unknown }
  | { readonly invalidate: QueryKey };

/** By the type of event. */
export type CacheRules<C extends Contract> = {
  readonly [T in EventName<C>]?: (
    event: TopicEvent<T, C['events'][T]>,
  ) => CacheChange | readonly CacheChange[] | undefined;
} & {
  /** What is to be fetched again when events were missed: before the topic was first joined, and for good. */
  readonly reset?: readonly QueryKey[];
};

/**
 * Changes queries of a team's own as events come, and follows the topic for it.
 *
 * @returns a function that ends it.
 * @example
 * bindQueryClient(queries, client.topic('client:*'), {
 *   engagement: ({ payload }) => ({ invalidate: ['report', payload.clientId] }),
 *   interaction: ({ payload: { clientId, totals } }) => ({ patch: ['totals', clientId], with: () => totals }),
 *   reset: [['report'], ['totals']],
 * });
 */
export function bindQueryClient<C extends Contract, K extends KindName<C>>(
  queries: QueryClient,
  topic: Topic<C, K>,
  { reset = [], ...rules }: CacheRules<C>,
): () => void {
  const apply = (change: CacheChange) => {
    if ('invalidate' in change) void queries.invalidateQueries({ queryKey: change.invalidate });
    // Data that is not there yet is not made up: its first fetch brings it.
    else
      queries.setQueryData(change.patch, (data: unknown) =>
        data === undefined ? undefined : change.with(data as never),
      );
  };
  const byType = rules as Readonly<
    Record<string, ((event: object) => CacheChange | readonly CacheChange[] | undefined) | undefined>
  >;
  const refetch = () => {
    for (const queryKey of reset) apply({ invalidate: queryKey });
  };
  let wasJoined = false;
  /** What was fetched before the topic was followed may be older than its first event. */
  const onJoined = () => {
    if (!wasJoined) refetch();
    wasJoined = true;
  };
  const stops = [
    topic.on('*', (event) => {
      for (const change of [byType[event.type]?.(event) ?? []].flat()) apply(change as CacheChange);
    }),
    topic.on('reset', refetch),
    topic.on('joined', onJoined),
  ];
  if (topic.isJoined) onJoined();
  return () => {
    for (const stop of stops) stop();
  };
}

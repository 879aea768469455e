import { type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Client } from '../client.ts';
import type { Contract, KindName, TidingsContract } from '../contract.ts';
import type { Topic } from '../topic.ts';

/** The key of a topic's query: `['tidings', 'client:acme']`. */
export const topicKey = (name: string) => ['tidings', name] as const;

/**
 * A query whose data is a topic's state, kept fresh by its events for as long as a component shows it. It is
 * never fetched again by itself; without a component it is not followed, and asked for anew the next time.
 *
 * @example const { data } = useQuery(topicQuery(client, 'client', 'acme'));
 */
export function topicQuery<C extends Contract = TidingsContract, K extends KindName<C> = KindName<C>>(
  client: Pick<Client<C>, 'topic'>,
  kind: K,
  id?: string,
) {
  const topic: Topic<C, K> = client.topic(kind, id as never);
  return queryOptions({
    queryKey: topicKey(topic.name),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    // The client tries again by itself whatever may succeed later.
    retry: false,
    async queryFn({ client: queries }): Promise<C['topics'][K] | null> {
      keepFresh(queries, topic);
      const letGo = topic.hold();
      try {
        await topic.joined();
        return topic.snapshot ?? null;
      } finally {
        letGo();
      }
    },
  });
}

interface Shown {
  follow(): void;
  leave(): void;
}

const shownBy = new WeakMap<QueryClient, Map<string, Shown>>();

/** Follows a topic while its query is shown by anybody, and writes each of its states into the query's data. */
function keepFresh<C extends Contract, K extends KindName<C>>(
  queries: QueryClient,
  topic: Topic<C, K>,
): void {
  const all = shownBy.get(queries) ?? watch(queries);
  const key = topicKey(topic.name);
  let stop: (() => void) | undefined;
  const shown = all.get(topic.name) ?? {
    follow() {
      stop ??= topic.subscribe(() => {
        if (topic.snapshot !== undefined) queries.setQueryData(key, topic.snapshot as never);
      });
    },
    leave() {
      stop?.();
      stop = undefined;
      // What happens from now on is not in the data; it is asked for when somebody looks again.
      void queries.invalidateQueries({ queryKey: key, exact: true, refetchType: 'none' });
    },
  };
  all.set(topic.name, shown);
  if (observers(queries, topic.name) > 0) shown.follow();
}

/** One listener for all topics of a query client: it hears when a query gets its first observer and loses its last. */
function watch(queries: QueryClient): Map<string, Shown> {
  const all = new Map<string, Shown>();
  shownBy.set(queries, all);
  queries.getQueryCache().subscribe(({ type, query }) => {
    if (type !== 'observerAdded' && type !== 'observerRemoved') return;
    const [scope, name] = query.queryKey as readonly unknown[];
    const shown = scope === 'tidings' && typeof name === 'string' ? all.get(name) : undefined;
    if (query.getObserversCount() === 0) shown?.leave();
    else shown?.follow();
  });
  return all;
}

const observers = (queries: QueryClient, name: string) =>
  queries
    .getQueryCache()
    .find({ queryKey: topicKey(name), exact: true })
    ?.getObserversCount() ?? 0;

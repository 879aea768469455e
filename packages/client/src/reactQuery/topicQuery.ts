import { type Query, type QueryClient, queryOptions } from '@tanstack/react-query';
import type { Client } from '../client.ts';
import type { Contract, KindName, TopicId } from '../contract.ts';
import type { TidingsContract } from '../features/tidingsContract.ts';
import type { Topic } from '../topics/topic.ts';

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
  ...id: TopicId<C, K>
) {
  type Data = C['topics'][K] | null;
  // Looked up at each use: a topic that nobody follows may be forgotten by its client.
  const open = (): Topic<C, K> => client.topic(kind, ...id);
  const isFollowed = (query: object) => shown.get(query)?.isFollowing(client) === true;
  return queryOptions({
    queryKey: topicKey(open().name),
    // Data of elsewhere, such as of a persister or a server, is followed by nobody yet: only a fetch begins that.
    staleTime: (query: object) => (isFollowed(query) ? Number.POSITIVE_INFINITY : 0),
    refetchOnMount: (query: object) => isFollowed(query) || ('always' as const),
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    // The client tries again by itself whatever may succeed later.
    retry: false,
    async queryFn({ client: queries }): Promise<Data> {
      const topic = open();
      keepFresh(queries, client, open);
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

/** A query that was fetched, and so is followed whenever somebody shows it. */
interface Shown {
  readonly client: object;
  isFollowing(client: object): boolean;
  follow(): void;
  stop(): void;
}

const shown = new WeakMap<object, Shown>();
const watched = new WeakSet<QueryClient>();

/** Follows a topic while its query is shown by anybody, and writes each of its states into the query's data. */
function keepFresh<C extends Contract, K extends KindName<C>>(
  queries: QueryClient,
  client: object,
  open: () => Topic<C, K>,
): void {
  watch(queries);
  const queryKey = topicKey(open().name);
  const query = queries.getQueryCache().find({ queryKey, exact: true });
  if (!query) return;
  if (shown.get(query)?.client !== client) {
    shown.get(query)?.stop();
    shown.set(
      query,
      follower(client, open, (data) => queries.setQueryData(queryKey, data)),
    );
  }
  if (query.getObserversCount() > 0) shown.get(query)?.follow();
}

function follower<C extends Contract, K extends KindName<C>>(
  client: object,
  open: () => Topic<C, K>,
  write: (data: never) => void,
): Shown {
  let end: (() => void) | undefined;
  return {
    client,
    isFollowing: (by) => by === client && end !== undefined,
    follow() {
      if (end) return;
      const topic = open();
      const look = () => topic.snapshot !== undefined && write(topic.snapshot as never);
      end = topic.subscribe(look);
      // It may have come further since it was fetched, where others follow it.
      look();
    },
    stop() {
      end?.();
      end = undefined;
    },
  };
}

/** One listener for all topics of a query client: it hears when a query gets its first observer and loses its last. */
function watch(queries: QueryClient): void {
  if (watched.has(queries)) return;
  watched.add(queries);
  queries.getQueryCache().subscribe(({ type, query }) => {
    if (type === 'observerAdded') shown.get(query)?.follow();
    else if (type === 'removed') shown.get(query)?.stop();
    else if (type === 'observerRemoved' && query.getObserversCount() === 0) leave(queries, query);
  });
}

function leave(queries: QueryClient, query: Query) {
  const one = shown.get(query);
  if (!one) return;
  one.stop();
  // What happens from now on is not in the data; it is asked for when somebody looks again.
  const { queryKey } = query;
  void queries.invalidateQueries({ queryKey, exact: true, refetchType: 'none' });
}

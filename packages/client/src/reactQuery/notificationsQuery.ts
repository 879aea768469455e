import { type InfiniteData, infiniteQueryOptions, type QueryClient } from '@tanstack/react-query';
import { ownerWatch } from '../base/ownerWatch.ts';
import type { AnyClient, Client } from '../client.ts';
import type { RequestAnswer } from '../contract.ts';
import { afterEvent, type NotificationEvent, type NotificationFilter } from '../features/notificationList.ts';
import type { TidingsContract } from '../features/tidingsContract.ts';

/** One page of the history. */
export type NotificationPage = RequestAnswer<TidingsContract, 'notification.list'>;

/** Which notifications are listed, and how many at a time. */
export interface NotificationsQueryOptions extends NotificationFilter {
  /** How many a page has at most. @default 50 */
  readonly limit?: number;
}

const scope = ['tidings', 'notifications'] as const;

/**
 * The user's notifications, page by page, the newest first. `bindNotifications` keeps it fresh.
 *
 * @example const { data, fetchNextPage } = useInfiniteQuery(notificationsQuery(client));
 */
export function notificationsQuery(anyClient: AnyClient<'request'>, options: NotificationsQueryOptions = {}) {
  const client: Pick<Client, 'request'> = anyClient;
  return infiniteQueryOptions({
    queryKey: [...scope, options] as const,
    initialPageParam: '',
    queryFn: ({ pageParam }): Promise<NotificationPage> =>
      client.request('notification.list', { ...options, ...(pageParam !== '' && { cursor: pageParam }) }),
    getNextPageParam: ({ cursor }: NotificationPage) => cursor,
  });
}

/** Adds notifications to the queries as they come, and marks them as they are read. @returns a function that ends it. */
export function bindNotifications(
  queries: QueryClient,
  anyClient: AnyClient<'topic' | 'status'>,
): () => void {
  const client: Pick<Client, 'topic' | 'status'> = anyClient;
  const feed = client.topic('user');
  const isAnotherUser = ownerWatch(client);
  /** Nobody is shown what another user was told. */
  const onStatus = () => void (isAnotherUser() && queries.resetQueries({ queryKey: scope }));
  const refetch = () => void queries.invalidateQueries({ queryKey: scope });
  function take(event: NotificationEvent) {
    for (const query of queries.getQueryCache().findAll({ queryKey: scope })) {
      const [, , options] = query.queryKey as unknown as readonly [string, string, NotificationFilter];
      queries.setQueryData<InfiniteData<NotificationPage>>(
        query.queryKey,
        (data) => data && { ...data, pages: afterEventOn(data.pages, event, options) },
      );
      // A list on its way was perhaps read before this event: it is read again.
      if (query.state.fetchStatus === 'fetching') void queries.refetchQueries({ queryKey: query.queryKey });
    }
  }
  const stops = [
    feed.on('notification', take),
    feed.on('notification.read', take),
    feed.on('snapshot', refetch),
    client.status.subscribe(onStatus),
  ];
  onStatus();
  return () => {
    for (const stop of stops) stop();
  };
}

function afterEventOn(
  pages: readonly NotificationPage[],
  event: NotificationEvent,
  filter: NotificationFilter,
): NotificationPage[] {
  return pages.map((page, at) => {
    const { items, unread } = page;
    // New ones belong on the first page.
    if (at > 0 && event.type === 'notification') return { ...page, unread: event.payload.unread };
    return { ...page, ...copied(afterEvent({ items, unread }, event, filter)) };
  });
}

const copied = ({ items, unread }: ReturnType<typeof afterEvent>) => ({ items: [...items], unread });

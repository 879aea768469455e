import { useMemo } from 'react';
import {
  createNotifications,
  type NotificationStore,
  type Notifications,
  type NotificationsOptions,
  noNotifications,
} from '../features/createNotifications.ts';
import { useClient } from './tidingsProvider.ts';
import { useStore } from './useStore.ts';

/** What `useNotifications` gives. */
export interface UsedNotifications
  extends Notifications,
    Pick<NotificationStore, 'loadMore' | 'markRead' | 'markAllRead'> {}

/** The user's notifications, the newest first, kept up while the component is there. */
export function useNotifications(options: NotificationsOptions = {}): UsedNotifications {
  const client = useClient();
  const { kind, unread, limit } = options;
  const store = useMemo(
    () =>
      createNotifications(client, {
        ...(kind !== undefined && { kind }),
        ...(unread !== undefined && { unread }),
        ...(limit !== undefined && { limit }),
      }),
    [client, kind, unread, limit],
  );
  const { loadMore, markRead, markAllRead } = store;
  return { ...useStore(store, noNotifications), loadMore, markRead, markAllRead };
}

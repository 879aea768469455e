import { type ClientFeature, listOf, type UserSnapshot } from '@tidings/client';

type Notification = UserSnapshot['notifications'][number];

interface NotificationEvent {
  readonly type: string;
  readonly payload: Notification & Pick<UserSnapshot, 'unread'>;
}

/** As in the server's snapshot: the number of unread notifications, and the newest ten. */
function foldUser(snapshot: UserSnapshot, { type, payload }: NotificationEvent): UserSnapshot {
  const { id, kind, title, at, unread } = payload;
  if (type === 'notification.read') return { ...snapshot, unread };
  if (type !== 'notification') return snapshot;
  const older = listOf<Notification>(snapshot.notifications).slice(0, 9);
  return { ...snapshot, unread, notifications: [{ id, kind, title, at }, ...older] };
}

/** The notifications of the user, in the state of the user's own feed. */
export const notifications: ClientFeature = { topics: { user: { fold: foldUser } } };

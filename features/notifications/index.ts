import type { Feature } from '../../core/app.ts';
import type { UserSlice } from '../../core/feeds.ts';
import { type NotificationState, noNotifications, notificationSnapshot } from './notificationState.ts';
import { notificationHandlers } from './notifications.ts';

const user: UserSlice<NotificationState> = {
  initial: noNotifications,
  snapshot: notificationSnapshot,
  isKept: ({ notifications }) => notifications !== undefined,
};

/** Notifications, each read or not. */
export const notifications: Feature = { name: 'notifications', actions: notificationHandlers, user };

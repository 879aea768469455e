import { type Feature, feature } from '../../core/feature.ts';
import type { UserSlice } from '../../core/feeds.ts';
import { notificationContract } from './contract.ts';
import { type NotificationState, noNotifications, notificationSnapshot } from './notificationState.ts';
import { notificationActions } from './notifications.ts';

const user: UserSlice<NotificationState> = {
  initial: noNotifications,
  snapshot: notificationSnapshot,
  isKept: ({ notifications }) => notifications !== undefined,
};

/** Notifications, each read or not. */
export const notifications: Feature<typeof notificationContract> = feature({
  name: 'notifications',
  contract: notificationContract,
  actions: notificationActions,
  user,
});

import type { Actions, CallOf } from '../../core/call.ts';
import { publish } from '../../core/delivery/publish.ts';
import { userFeed } from '../../core/feeds.ts';
import type { notificationContract } from './contract.ts';
import { notificationKey } from './keys.ts';
import { listNotifications, toNotificationRow } from './listNotifications.ts';
import {
  isUnread,
  maxKept,
  type NotificationState,
  oldestOf,
  sentOf,
  toNotificationId,
  toNumber,
  unreadNumbers,
  withNewest,
  withOneMore,
  withRead,
} from './notificationState.ts';

/**
 * Notifications: rows that never change, and a head that stores which of them are unread. So marking any
 * number of them as read is one write, and the count always matches the list.
 */
export const notificationActions: Actions<typeof notificationContract> = {
  'notification.send': send,
  'notification.list': listNotifications,
  'notification.read': read,
};

function send(call: CallOf<typeof notificationContract, 'notification.send'>): Promise<object> {
  const { principal, payload } = call;
  const { userId, kind, title, body, data } = payload;
  const { tenant } = principal;
  return publish(call, {
    topic: feedOf(userId),
    decide: (before, _rows, at) => {
      const number = sentOf(before) + 1;
      const id = toNotificationId(tenant, userId, number);
      const state = withNewest(withOneMore(before), [id, kind, title, at]);
      const item = { id, kind, title, ...(body !== undefined && { body }), ...(data && { data }), at };
      const key = notificationKey(tenant, userId, number);
      const put = toNotificationRow(key, { kind, item: JSON.stringify(item) });
      const tooOld = number - maxKept;
      return {
        event: { type: 'notification', payload: { ...item, read: false, unread: state.unread } },
        state,
        answer: { id },
        writes: [
          { put },
          ...(tooOld > 0 ? [{ delete: notificationKey(tenant, userId, tooOld) } as const] : []),
        ],
      };
    },
  });
}

function read(call: CallOf<typeof notificationContract, 'notification.read'>): Promise<object> {
  const { tenant, userId } = call.principal;
  const { ids } = call.payload;
  const numbers = ids && new Set(ids.flatMap((id) => toNumber(tenant, userId, id) ?? []));
  const isMeant = (state: NotificationState, number: number) =>
    number >= oldestOf(state) && number <= sentOf(state) && isUnread(state, number);
  return publish(call, {
    topic: feedOf(userId),
    decide: (before) => {
      const newlyRead = numbers
        ? [...numbers].filter((number) => isMeant(before, number))
        : unreadNumbers(before);
      if (newlyRead.length === 0) return { unchanged: { ids: [], unread: before.unread } };
      const state = withRead(before, newlyRead);
      const { unread } = state;
      const readIds = newlyRead.map((number) => toNotificationId(tenant, userId, number));
      return {
        event: { type: 'notification.read', payload: { ids: readIds, unread } },
        state,
        answer: { ids: readIds, unread },
      };
    },
  });
}

const feedOf = (userId: string) => userFeed<NotificationState>(userId);

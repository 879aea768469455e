import type { CallOf } from '../../core/call.ts';
import { userFeed } from '../../core/feeds.ts';
import { invalidField } from '../../core/invalidField.ts';
import { answerBudget, rowsThatFit } from '../../core/log/answerBudget.ts';
import { fillPage } from '../../core/log/fillPage.ts';
import { readHead } from '../../core/log/topicHead.ts';
import type { Key, Row } from '../../core/ports.ts';
import { codec } from '../../core/rows.ts';
import type { notificationContract } from './contract.ts';
import { notificationKey, notificationsOf, readNumber } from './keys.ts';
import {
  isUnread,
  type NotificationState,
  noNotifications,
  oldestOf,
  sentOf,
  toNotificationId,
  toNumber,
} from './notificationState.ts';

const defaultLimit = 50;
/** An answer is one frame of at most 32 KB; the rest of it is small. */
const maxBytes = 29_500;

interface Page {
  readonly items: readonly object[];
  readonly unread: number;
  readonly cursor?: string;
}

/**
 * One page of the caller's notifications, newest first. The head is read before the rows, and only
 * notifications counted in the head are listed. Those sent in between come as events.
 */
export async function listNotifications(
  call: CallOf<typeof notificationContract, 'notification.list'>,
): Promise<Page> {
  const { runtime, principal, payload } = call;
  const { tenant, userId } = principal;
  const { kind, limit = defaultLimit } = payload;
  const head = await readHead(runtime.table, tenant, userFeed<NotificationState>(userId));
  const state = head?.state ?? noNotifications;
  const { unread } = state;
  const newest = payload.cursor === undefined ? sentOf(state) : numberBefore(call, payload.cursor);
  if (payload.unread && unread === 0) return { items: [], unread };
  const budget = answerBudget(maxBytes);
  const range = {
    pk: notificationsOf(tenant, userId),
    from: notificationKey(tenant, userId, oldestOf(state)).sk,
    to: notificationKey(tenant, userId, Math.min(newest, sentOf(state))).sk,
    descending: true,
  };
  const rows = rowsThatFit(runtime.table, range, budget, (row) => stored(row).item.length);
  const toItem = (row: Row) => {
    const { item, kind: itsKind } = stored(row);
    const isNew = isUnread(state, readNumber(row.sk));
    if ((payload.unread && !isNew) || (kind !== undefined && itsKind !== kind)) return undefined;
    return { ...(JSON.parse(item) as object), read: !isNew };
  };
  const { entries: items, last, isCut } = await fillPage(rows, budget, toItem, { maxEntries: limit });
  const number = last ? readNumber(last.sk) : newest + 1;
  return { items, unread, ...(isCut && { cursor: toNotificationId(tenant, userId, number) }) };
}

/** A cursor is the id of the last notification that was read. */
function numberBefore(
  { principal }: CallOf<typeof notificationContract, 'notification.list'>,
  cursor: string,
): number {
  const number = toNumber(principal.tenant, principal.userId, cursor);
  if (number !== undefined) return number - 1;
  throw invalidField('payload.cursor', 'must come from an answer of your own');
}

/** A notification as it is stored; its key says which it is. */
interface NotificationRow {
  readonly kind: string;
  /** The part of it that is listed, as JSON. */
  readonly item: string;
}
const notificationCodec = codec<NotificationRow>();

export const toNotificationRow = (key: Key, notification: NotificationRow): Row =>
  notificationCodec.toRow(key, notification);
const stored = (row: Row) => notificationCodec.fromRow(row);

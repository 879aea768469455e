import { itemsOf } from '../base/incoming.ts';
import type { RequestAnswer, TopicEvent } from '../contract.ts';
import type { TidingsContract } from './tidingsContract.ts';

/** One notification, as the list of them has it. */
export type NotificationItem = RequestAnswer<TidingsContract, 'notification.list'>['items'][number];

/** Which notifications a list shows. */
export interface NotificationFilter {
  readonly kind?: string;
  /** Only those that were not read when they were listed. */
  readonly unread?: boolean;
}

type Sent = TopicEvent<'notification', TidingsContract['events']['notification']>;
type Read = TopicEvent<'notification.read', TidingsContract['events']['notification.read']>;
export type NotificationEvent = Sent | Read;

export interface NotificationList {
  readonly items: readonly NotificationItem[];
  readonly unread: number;
}

/** A list after an event, whether or not the list knows it already. One that was read stays where it is seen. */
export function afterEvent(
  { items }: NotificationList,
  event: NotificationEvent,
  { kind }: NotificationFilter,
): NotificationList {
  const { unread } = event.payload;
  if (event.type === 'notification') {
    const { unread: _, ...item } = event.payload;
    return { items: kind === undefined || item.kind === kind ? withItems([item], items) : items, unread };
  }
  const ids = new Set(itemsOf<string>(event.payload.ids));
  return { items: items.map((item) => (ids.has(item.id) ? { ...item, read: true } : item)), unread };
}

/** The items of both, each once: what comes first is shown first, and what comes later is newer knowledge. */
export function withItems(
  first: readonly NotificationItem[],
  later: readonly NotificationItem[],
): NotificationItem[] {
  return [...new Map([...first, ...later].map((item) => [item.id, item])).values()];
}

import { allRows } from '../../allRows.ts';
import type { Call } from '../../call.ts';
import { readHead } from '../../heads.ts';
import { invalidField } from '../../invalidField.ts';
import { keys, readNotification } from '../../keys.ts';
import { isUnread, noNotifications, oldestOf, sentOf, toNumber } from './userState.ts';

const defaultLimit = 50;
/** An answer is one frame of at most 32 KB; the rest of it is small. */
const mostBytes = 29_500;
const rowsPerRead = 100;

interface Page {
  readonly items: readonly object[];
  readonly unread: number;
  readonly cursor?: string;
}

/**
 * One page of the caller's notifications, newest first. The head is read before the rows, and only what it
 * counts is listed: what is sent in between comes as an event.
 */
export async function listNotifications(call: Call<'notification.list'>): Promise<Page> {
  const { runtime, principal, payload } = call;
  const { tenant, userId } = principal;
  const { kind, limit = defaultLimit } = payload;
  const head = await readHead(runtime.table, tenant, { kind: 'user', id: userId });
  const state = head?.state ?? noNotifications;
  const { unread } = state;
  const newest = payload.cursor === undefined ? sentOf(state) : numberBefore(call, payload.cursor);
  if (payload.unread && unread === 0) return { items: [], unread };
  const items: { readonly id: string }[] = [];
  let bytes = 0;
  for await (const row of allRows(runtime.table, {
    pk: keys.notifications(tenant, userId),
    from: keys.notification(tenant, userId, oldestOf(state)).sk,
    to: keys.notification(tenant, userId, Math.min(newest, sentOf(state))).sk,
    descending: true,
    limit: rowsPerRead,
  })) {
    const isNew = isUnread(state, readNotification(row.sk));
    if ((payload.unread && !isNew) || (kind !== undefined && row.kind !== kind)) continue;
    const item = { ...(JSON.parse(row.item as string) as { id: string }), read: !isNew };
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
    const last = items.at(-1);
    if (last && (items.length === limit || bytes > mostBytes)) return { items, unread, cursor: last.id };
    items.push(item);
  }
  return { items, unread };
}

/** A cursor is the id of the last one that was listed. */
function numberBefore({ principal }: Call<'notification.list'>, cursor: string): number {
  const number = toNumber(principal.tenant, principal.userId, cursor);
  if (number !== undefined) return number - 1;
  throw invalidField('payload.cursor', 'must come from an answer of your own');
}

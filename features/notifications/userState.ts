import { createHash } from 'node:crypto';
import { type OpenAlert, shownAlerts } from '../alerts/openAlerts.ts';
import type { MessageWindow } from '../messages/messageWindows.ts';

/** The newest so many of a user's notifications are kept. Each is one bit in the head, which every commit writes whole. */
export const mostKept = 1000;

/** As many of the newest as the snapshot shows. */
const maxShown = 10;

/** What a snapshot shows of a notification. */
export type ShownNotification = readonly [id: string, kind: string, title: string, at: number];

/** The state in the head of a `user:` topic: all that there is to know about what was read, and what must not be buried. */
export interface UserState {
  readonly unread: number;
  readonly notifications?: {
    /** How many were ever sent: they are numbered from 1, in the order of their commits. */
    readonly sent: number;
    /** In hexadecimal; bit 0 is the newest. A bit is set while its notification is unread. */
    readonly unreadBits: string;
  };
  /** The newest notifications, newest first. */
  readonly newest?: readonly ShownNotification[];
  /** The alerts to this user that nobody acknowledged, newest first. */
  readonly alerts?: readonly OpenAlert[];
  /** How much each sender has put on this feed within its minute. */
  readonly windows?: readonly MessageWindow[];
}

export const noNotifications: UserState = { unread: 0 };

/** How many notifications were ever sent to a user. */
export const sentOf = ({ notifications }: UserState): number => notifications?.sent ?? 0;

/** The number of the oldest notification that is kept. */
export const oldestOf = (state: UserState): number => Math.max(1, sentOf(state) - mostKept + 1);

/** Whether a notification that is kept is unread. */
export function isUnread(state: UserState, number: number): boolean {
  return ((bitsOf(state) >> BigInt(sentOf(state) - number)) & 1n) === 1n;
}

/** The state after one more. What falls out of the newest 1,000 counts no longer, read or not. */
export function withOneMore(state: UserState): UserState {
  const kept = (1n << BigInt(mostKept)) - 1n;
  return withBits(state, sentOf(state) + 1, ((bitsOf(state) << 1n) | 1n) & kept);
}

/** The state with one more to show. */
export function withNewest(state: UserState, notification: ShownNotification): UserState {
  return { ...state, newest: [notification, ...(state.newest ?? [])].slice(0, maxShown) };
}

/** What a device shows before it replays: all that must not be buried under whatever else came. */
export function userSnapshot({ unread, alerts, newest = [] }: UserState, now: number): object {
  const notifications = newest.map(([id, kind, title, at]) => ({ id, kind, title, at }));
  return { unread, alerts: shownAlerts(alerts, now), notifications };
}

/** The state after these were read. Numbers that are read already, or not kept, change nothing. */
export function withRead(state: UserState, numbers: readonly number[]): UserState {
  let bits = bitsOf(state);
  for (const number of numbers) bits &= ~(1n << BigInt(sentOf(state) - number));
  return withBits(state, sentOf(state), bits);
}

/** The numbers of all that are unread, newest first. */
export function unreadNumbers(state: UserState): number[] {
  const newestFirst = [...bitsOf(state).toString(2)].reverse();
  return newestFirst.flatMap((bit, age) => (bit === '1' ? [sentOf(state) - age] : []));
}

const bitsOf = ({ notifications }: UserState): bigint => BigInt(`0x${notifications?.unreadBits ?? '0'}`);

function withBits(state: UserState, sent: number, bits: bigint): UserState {
  const unread = bits.toString(2).replaceAll('0', '').length;
  return { ...state, unread, notifications: { sent, unreadBits: bits.toString(16) } };
}

/**
 * A notification's id: its number, and a mark of whose it is. So whoever sends to many never sees one id twice,
 * and whether an id is one of this user's is told without a read.
 */
export function toNotificationId(tenant: string, userId: string, number: number): string {
  const owner = createHash('sha256').update(JSON.stringify([tenant, userId]));
  return `${number.toString(36)}-${owner.digest('base64url').slice(0, 8)}`;
}

/** The number of a notification of this user; nothing when the id is not one of this user's. */
export function toNumber(tenant: string, userId: string, id: string): number | undefined {
  const number = Number.parseInt(id, 36);
  return number > 0 && toNotificationId(tenant, userId, number) === id ? number : undefined;
}

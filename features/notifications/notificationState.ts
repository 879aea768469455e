import { createHash } from 'node:crypto';

/**
 * How many of a user's newest notifications are kept. Each is one bit in the head, which every commit writes
 * whole.
 */
export const maxKept = 1000;

/** How many of the newest the snapshot shows. */
const maxShown = 10;

/** What a snapshot shows of a notification. */
type ShownNotification = readonly [id: string, kind: string, title: string, at: number];

/** The feature's state in a user's own feed: which notifications are unread, and the newest ones. */
export interface NotificationState {
  readonly unread: number;
  readonly notifications?: {
    /** How many were ever sent. They are numbered from 1, in the order of their commits. */
    readonly sent: number;
    /** In hexadecimal; bit 0 is the newest. A bit is set while its notification is unread. */
    readonly unreadBits: string;
  };
  /** The newest notifications, newest first. */
  readonly newest?: readonly ShownNotification[];
}

export const noNotifications: NotificationState = { unread: 0 };

/** How many notifications were ever sent to a user. */
export const sentOf = ({ notifications }: NotificationState): number => notifications?.sent ?? 0;

/** The number of the oldest notification that is kept. */
export const oldestOf = (state: NotificationState): number => Math.max(1, sentOf(state) - maxKept + 1);

/** Whether a notification that is kept is unread. */
export function isUnread(state: NotificationState, number: number): boolean {
  return ((bitsOf(state) >> BigInt(sentOf(state) - number)) & 1n) === 1n;
}

/** The state after one more notification. Those before the newest 1,000 no longer count. */
export function withOneMore(state: NotificationState): NotificationState {
  const kept = (1n << BigInt(maxKept)) - 1n;
  return withBits(state, sentOf(state) + 1, ((bitsOf(state) << 1n) | 1n) & kept);
}

/** The state with one more to show. */
export function withNewest(state: NotificationState, notification: ShownNotification): NotificationState {
  return { ...state, newest: [notification, ...(state.newest ?? [])].slice(0, maxShown) };
}

/** What a device shows before it replays, so that other events cannot hide it. */
export function notificationSnapshot({ unread, newest = [] }: NotificationState): object {
  return { unread, notifications: newest.map(([id, kind, title, at]) => ({ id, kind, title, at })) };
}

/** The state after these were read. Numbers that are already read, or not kept, change nothing. */
export function withRead(state: NotificationState, numbers: readonly number[]): NotificationState {
  let bits = bitsOf(state);
  for (const number of numbers) bits &= ~(1n << BigInt(sentOf(state) - number));
  return withBits(state, sentOf(state), bits);
}

/** The numbers of all that are unread, newest first. */
export function unreadNumbers(state: NotificationState): number[] {
  const newestFirst = [...bitsOf(state).toString(2)].reverse();
  return newestFirst.flatMap((bit, age) => (bit === '1' ? [sentOf(state) - age] : []));
}

const bitsOf = ({ notifications }: NotificationState): bigint =>
  BigInt(`0x${notifications?.unreadBits ?? '0'}`);

function withBits(state: NotificationState, sent: number, bits: bigint): NotificationState {
  const unread = bits.toString(2).replaceAll('0', '').length;
  return { ...state, unread, notifications: { sent, unreadBits: bits.toString(16) } };
}

/**
 * A notification's id: its number, and a mark of its user. So a sender to many users never gets the same id
 * twice, and no read is needed to check whose an id is.
 */
export function toNotificationId(tenant: string, userId: string, number: number): string {
  const owner = createHash('sha256').update(JSON.stringify([tenant, userId]));
  return `${number.toString(36)}-${owner.digest('base64url').slice(0, 8)}`;
}

/** The number of this user's notification with this id; `undefined` if the id is not one of this user's. */
export function toNumber(tenant: string, userId: string, id: string): number | undefined {
  const number = Number.parseInt(id, 36);
  return number > 0 && toNotificationId(tenant, userId, number) === id ? number : undefined;
}

/** How long a user may be away before subscribers learn of it, so that a reconnect causes no update. */
export const graceMs = 15_000;
/** Above this many users, an update has only their number. */
export const maxNamed = 200;
/** An issuer's user ids may be long, and a frame's size is limited. */
const maxNameBytes = 24_000;

/** What those who follow a topic were last told of each other. */
export type Known =
  | { readonly members: readonly Member[] }
  /** `belowSinceMs`: since when there have been fewer than `count`. */
  | { readonly count: number; readonly belowSinceMs?: number };

/** `awaySinceMs` is 0 while the user is present. */
type Member = readonly [userId: string, awaySinceMs: number];

/** The payload of a `presence` frame. Without names, ask `presence.get`. */
export type Presence =
  | {
      readonly joined: readonly string[];
      readonly left: readonly string[];
      readonly count: number;
      /** What users show that is new. */
      readonly data?: readonly object[];
    }
  | { readonly count: number };

/** The update to send now, what subscribers know after it, and when the next grace period ends. */
export interface Compared {
  readonly lastSent: Known;
  readonly news?: Presence;
  readonly lookAgainAtMs?: number;
}

export const nobody: Known = { members: [] };

/** Whether an update may name these users. */
export function canBeNamed(userIds: readonly string[]): boolean {
  return userIds.length <= maxNamed && Buffer.byteLength(JSON.stringify(userIds)) <= maxNameBytes;
}

/**
 * The users that subscribers know as present and that are away. Within the grace period no update will report
 * their return.
 */
export function awayFrom(
  lastSent: Known,
  present: Pick<ReadonlySet<string>, 'has' | 'size'>,
): readonly string[] | number {
  if ('count' in lastSent) return Math.max(0, lastSent.count - present.size);
  return lastSent.members.flatMap(([userId]) => (present.has(userId) ? [] : [userId]));
}

/** Compares the users that are present with those that subscribers know of. */
export function comparePresence(lastSent: Known, present: ReadonlySet<string>, nowMs: number): Compared {
  return 'members' in lastSent
    ? compareNames(lastSent.members, present, nowMs)
    : compareCount(lastSent, present, nowMs);
}

function compareNames(before: readonly Member[], present: ReadonlySet<string>, nowMs: number): Compared {
  const known = new Set(before.map(([userId]) => userId));
  const joined = [...present].filter((userId) => !known.has(userId));
  const still = before.map(
    ([userId, awaySinceMs]): Member => [userId, present.has(userId) ? 0 : awaySinceMs || nowMs],
  );
  const isOver = ([, awaySinceMs]: Member) => awaySinceMs > 0 && awaySinceMs + graceMs <= nowMs;
  const left = still.filter(isOver).map(([userId]) => userId);
  const members = [
    ...still.filter((member) => !isOver(member)),
    ...joined.map((userId): Member => [userId, 0]),
  ];
  const count = members.length;
  if (!canBeNamed(members.map(([userId]) => userId))) {
    const { lastSent, lookAgainAtMs } = compareCount({ count }, present, nowMs);
    return { lastSent, news: { count }, ...(lookAgainAtMs !== undefined && { lookAgainAtMs }) };
  }
  const away = members.flatMap(([, awaySinceMs]) => (awaySinceMs > 0 ? [awaySinceMs] : []));
  return {
    lastSent: { members },
    ...((joined.length > 0 || left.length > 0) && { news: { joined, left, count } }),
    ...(away.length > 0 && { lookAgainAtMs: Math.min(...away) + graceMs }),
  };
}

/** A higher count is reported at once. A lower one is reported only after the grace period. */
function compareCount(
  { count, belowSinceMs = 0 }: { readonly count: number; readonly belowSinceMs?: number },
  present: ReadonlySet<string>,
  nowMs: number,
): Compared {
  const now = present.size;
  if (now === count) return { lastSent: { count } };
  if (now > count) return { lastSent: { count: now }, news: { count: now } };
  const sinceMs = belowSinceMs || nowMs;
  if (sinceMs + graceMs > nowMs) {
    return { lastSent: { count, belowSinceMs: sinceMs }, lookAgainAtMs: sinceMs + graceMs };
  }
  const userIds = [...present];
  const members = userIds.map((userId): Member => [userId, 0]);
  return { lastSent: canBeNamed(userIds) ? { members } : { count: now }, news: { count: now } };
}

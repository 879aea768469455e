/** How long a user may be away before the others are told: a reconnect makes no noise. */
export const graceMs = 15_000;
/** Above this many users the others are told how many they are, and not who. */
export const maxNamed = 200;
/** User ids are as long as an issuer likes, and a frame has an end. */
const maxNameBytes = 24_000;

/** What those who follow a topic were last told of each other. */
export type Known =
  | { readonly members: readonly Member[] }
  /** `belowSinceMs`: since when there have been fewer than `count`. */
  | { readonly count: number; readonly belowSinceMs?: number };

/** `awaySinceMs` is 0 while the user is there. */
type Member = readonly [userId: string, awaySinceMs: number];

/** What a `presence` frame says. Without names, ask `presence.get`. */
export type Presence =
  | { readonly joined: readonly string[]; readonly left: readonly string[]; readonly count: number }
  | { readonly count: number };

/** What is to be told now, what they then have been told, and when a grace ends that runs. */
export interface Compared {
  readonly told: Known;
  readonly news?: Presence;
  readonly lookAgainAtMs?: number;
}

export const nobody: Known = { members: [] };

/** Whether so many users, with such long ids, are told by name. */
export function canBeNamed(userIds: readonly string[]): boolean {
  return userIds.length <= maxNamed && Buffer.byteLength(JSON.stringify(userIds)) <= maxNameBytes;
}

/** Whom they were told of who is not there: within the grace nobody will tell that they are back. */
export function awayFrom(
  told: Known,
  present: Pick<ReadonlySet<string>, 'has' | 'size'>,
): readonly string[] | number {
  if ('count' in told) return Math.max(0, told.count - present.size);
  return told.members.flatMap(([userId]) => (present.has(userId) ? [] : [userId]));
}

/** Compares who is there with what they were told. */
export function comparePresence(told: Known, present: ReadonlySet<string>, nowMs: number): Compared {
  return 'members' in told ? compareNames(told.members, present, nowMs) : compareCount(told, present, nowMs);
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
    const { told, lookAgainAtMs } = compareCount({ count }, present, nowMs);
    return { told, news: { count }, ...(lookAgainAtMs !== undefined && { lookAgainAtMs }) };
  }
  const away = members.flatMap(([, awaySinceMs]) => (awaySinceMs > 0 ? [awaySinceMs] : []));
  return {
    told: { members },
    ...((joined.length > 0 || left.length > 0) && { news: { joined, left, count } }),
    ...(away.length > 0 && { lookAgainAtMs: Math.min(...away) + graceMs }),
  };
}

/** More are told at once; fewer, when it has been so for as long as a reconnect may take. */
function compareCount(
  { count, belowSinceMs = 0 }: { readonly count: number; readonly belowSinceMs?: number },
  present: ReadonlySet<string>,
  nowMs: number,
): Compared {
  const now = present.size;
  if (now === count) return { told: { count } };
  if (now > count) return { told: { count: now }, news: { count: now } };
  const sinceMs = belowSinceMs || nowMs;
  if (sinceMs + graceMs > nowMs) {
    return { told: { count, belowSinceMs: sinceMs }, lookAgainAtMs: sinceMs + graceMs };
  }
  const userIds = [...present];
  const members = userIds.map((userId): Member => [userId, 0]);
  return { told: canBeNamed(userIds) ? { members } : { count: now }, news: { count: now } };
}

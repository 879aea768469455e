import { idleMs, type Topic, type TopicKind, topicKind } from './topics.ts';

const hourMs = 3_600_000;

/** What one feature keeps in a user's own feed. Its names stand beside those of other features. */
// biome-ignore lint/suspicious/noExplicitAny: what holds slices of every state cannot name one of them
export interface UserSlice<S extends object = any> {
  readonly initial: S;
  /** What `user:me` shows of it. */
  readonly snapshot?: (state: S, now: number) => object;
  /** Whether something is in it that must not be forgotten, though the user never was here. */
  readonly isKept?: (state: S) => boolean;
}

/** A user's own feed, with as much of its state as a feature knows. */
export const userFeed = <S extends object>(userId: string): Topic<S> => ({ kind: 'user', id: userId });

/** The kind of `user:me`: its state is that of all features together. */
export function userKind(slices: readonly UserSlice[]): TopicKind<object> {
  return topicKind<object>({
    name: 'user',
    maySubscribe: (who, id) => who.userId === id,
    isOfUser: (userId, id) => userId === id,
    initial: Object.assign({}, ...slices.map(({ initial }) => initial)),
    parts: true,
    snapshot: (state, _id, { now }) =>
      Object.assign({}, ...slices.map(({ snapshot }) => snapshot?.(state, now))),
    shownOnRecovery: true,
    retentionMs: (settings) => settings.userRetentionHours * hourMs,
    // What comes for somebody who does not exist leaves no more than this.
    keptUntilMs: (now, _id, state) =>
      slices.some(({ isKept }) => isKept?.(state)) ? undefined : now + idleMs,
  });
}

/** The feed that everybody of a tenant follows. */
export const tenantFeed = topicKind({ name: 'tenant', id: 'none', maySubscribe: () => true, initial: {} });

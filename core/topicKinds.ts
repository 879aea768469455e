import { ProtocolError, parseTopic, type Topic, type TopicKind } from '@tidings/protocol';
import {
  type ConversationState,
  noConversation,
  ownsConversation,
} from '../features/assistant/conversation.ts';
import { type ClientState, clientSnapshot, noEngagement } from '../features/engagement/clientState.ts';
import { noNotifications, type UserState, userSnapshot } from '../features/notifications/userState.ts';
import { type Board, boardSnapshot, emptyBoard } from '../features/queue/board.ts';
import { requireBoardDate } from '../features/queue/boardDates.ts';
import { mayFollowClient, type Principal } from './principal.ts';
import type { Settings } from './settings.ts';

const hourMs = 3_600_000;

/** What each kind of topic keeps in its head. A kind without a snapshot keeps nothing. */
export interface TopicStates {
  user: UserState;
  client: ClientState;
  tenant: Empty;
  msp: Empty;
  room: Empty;
  queue: Board;
  conversation: ConversationState;
  clients: never;
}
type Empty = Readonly<Record<string, never>>;

export type StateOf<T extends Topic> = TopicStates[T['kind']];

interface TopicRules<K extends TopicKind> {
  readonly maySubscribe: (who: Principal, id: string) => boolean;
  readonly initial: TopicStates[K];
  /** What a subscriber is shown of the state; absent: the topic has no snapshot. A long one comes page by page. */
  readonly snapshot?: (state: TopicStates[K], id: string, page: SnapshotPage) => object;
  /** Whether the snapshot is shown also to who gets every event that it missed: it may have to read long. */
  readonly shownOnRecovery?: true;
  readonly retentionMs: (settings: Settings) => number;
  /** Until when the head of a topic that something happened on, and then nothing more, is kept; absent: for ever. */
  readonly keptUntilMs?: (now: number, id: string, state: TopicStates[K]) => number | undefined;
}

/** Which part of a long snapshot is asked for, and how much there is room for. */
export interface SnapshotPage {
  /** From the page before. */
  readonly cursor?: string | undefined;
  readonly mostBytes: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const retentionMs = (settings: Settings) => settings.retentionHours * hourMs;
const isStaff = (who: Principal) => who.roles.includes('msp');
const anybody = () => true;
/** What nobody writes to any more leaves nothing behind, once its log is gone. */
const idleMs = 30 * 24 * hourMs;

const rules: { readonly [K in TopicKind]: TopicRules<K> } = {
  user: {
    maySubscribe: (who, id) => who.userId === id,
    initial: noNotifications,
    snapshot: (state, _id, { now }) => userSnapshot(state, now),
    shownOnRecovery: true,
    retentionMs: (settings) => settings.userRetentionHours * hourMs,
    // Messages to somebody who does not exist leave no more than this.
    keptUntilMs: (now, _id, { notifications, alerts }) =>
      notifications || alerts ? undefined : now + idleMs,
  },
  tenant: { maySubscribe: anybody, initial: {}, retentionMs },
  msp: { maySubscribe: isStaff, initial: {}, retentionMs },
  client: { maySubscribe: mayFollowClient, initial: noEngagement, snapshot: clientSnapshot, retentionMs },
  clients: { maySubscribe: isStaff, initial: undefined as never, retentionMs },
  conversation: {
    maySubscribe: ownsConversation,
    initial: noConversation,
    snapshot: ({ turns, stream }) => ({ turns, ...(stream && { stream }) }),
    retentionMs,
    keptUntilMs: (now) => now + idleMs,
  },
  room: { maySubscribe: anybody, initial: {}, retentionMs, keptUntilMs: (now) => now + idleMs },
  queue: {
    maySubscribe: anybody,
    initial: emptyBoard,
    snapshot: boardSnapshot,
    retentionMs,
    keptUntilMs: (now, date) => Math.max(now, Date.parse(date)) + idleMs,
  },
};

/** The rules of a kind, with the kind itself forgotten: the caller's topic says which it is. */
export function topicRules<T extends Topic>(topic: T): TopicRules<T['kind']> {
  return rules[topic.kind] as unknown as TopicRules<T['kind']>;
}

/** What a subscriber is shown of a topic's state. */
export function snapshotOf<T extends Topic>(
  topic: T,
  state: StateOf<T>,
  page: SnapshotPage,
): object | undefined {
  return topicRules(topic).snapshot?.(state, idOf(topic), page);
}

/** Until when a head that was used just now is to be kept; nothing: for ever. */
export function keptUntilMs<T extends Topic>(
  settings: Settings,
  topic: T,
  { seq, state, kept }: { readonly seq: number; readonly state: StateOf<T>; readonly kept?: true },
  now: number,
): number | undefined {
  if (kept) return undefined;
  const rules = topicRules(topic);
  // As long as anything on it can be asked for: whoever was here finds the numbers that it knows.
  const leastMs = rules.retentionMs(settings);
  // Nothing ever happened on it: somebody looked, perhaps at a name that was made up.
  if (seq === 0 && 'id' in topic) return now + leastMs;
  const untilMs = rules.keptUntilMs?.(now, idOf(topic), state);
  return untilMs === undefined ? undefined : Math.max(untilMs, now + leastMs);
}

/** Whether this user may subscribe to a topic of its tenant. */
export function maySubscribe(who: Principal, topic: Topic): boolean {
  return topicRules(topic).maySubscribe(who, idOf(topic));
}

const idOf = (topic: Topic) => ('id' in topic ? topic.id : '');

/**
 * The topic that a client names.
 *
 * @throws ProtocolError `unknown_topic`, `validation_failed` (a queue's date).
 */
export function readTopic(who: Principal, text: string, now: number): Topic {
  const topic = parseTopic(text, who.userId);
  if (!topic) throw unknownTopic(text);
  if (topic.kind === 'queue') requireBoardDate(topic.id, now, 'topic.date');
  return topic;
}

/**
 * The topic that a client names, if it may subscribe to it.
 *
 * @throws ProtocolError `unknown_topic`, `validation_failed` (a queue's date), `forbidden`.
 */
export function topicFor(who: Principal, text: string, now: number): Topic {
  const topic = readTopic(who, text, now);
  if (!maySubscribe(who, topic)) throw new ProtocolError('forbidden', `you may not subscribe to ${text}`);
  return topic;
}

function unknownTopic(text: string): ProtocolError {
  if (/^queue(:|$)/.test(text)) {
    const date = text.slice(6);
    const message = date ? `${quote(date)} is not a date that exists (YYYY-MM-DD)` : 'is missing: YYYY-MM-DD';
    return new ProtocolError('validation_failed', `topic: date ${message}`, {
      details: [{ path: 'topic.date', message }],
    });
  }
  return new ProtocolError(
    'unknown_topic',
    `${quote(text)} is no topic: there are user:me, tenant, msp, client:<id>, client:*, room:<id>, queue:<YYYY-MM-DD> and conversation:<id>, an id being 1 to 64 of letters, digits, "_" and "-"`,
  );
}

/** What a client wrote goes back to nobody but itself, shortened and in quotes. */
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** The topics that a connection is joined to on open, without asking. */
export function feedsOf(who: Principal): Topic[] {
  return [
    { kind: 'user', id: who.userId },
    { kind: 'tenant' },
    ...(isStaff(who) ? [{ kind: 'msp' } as const, { kind: 'clients' } as const] : []),
    ...who.clients.map((id) => ({ kind: 'client', id }) as const),
  ];
}

import { ProtocolError, parseTopic, type Topic, type TopicKind, wireTopic } from '@tidings/protocol';
import { type ClientState, clientSnapshot, noEngagement } from './features/engagement/clientState.ts';
import { mayFollowClient, type Principal } from './principal.ts';
import type { Settings } from './settings.ts';

const hourMs = 3_600_000;

/** What each kind of topic keeps in its head. A kind without a snapshot keeps nothing. */
export interface TopicStates {
  user: { readonly unread: number };
  client: ClientState;
  tenant: Empty;
  msp: Empty;
  room: Empty;
  queue: Empty;
  conversation: Empty;
  clients: never;
}
type Empty = Readonly<Record<string, never>>;

export type StateOf<T extends Topic> = TopicStates[T['kind']];

interface TopicRules<K extends TopicKind> {
  readonly maySubscribe: (who: Principal, id: string) => boolean;
  readonly initial: TopicStates[K];
  /** What a subscriber is shown of the state; absent: the topic has no snapshot. */
  readonly snapshot?: (state: TopicStates[K], id: string) => object;
  readonly retentionMs: (settings: Settings) => number;
}

const retentionMs = (settings: Settings) => settings.retentionHours * hourMs;
const isStaff = (who: Principal) => who.roles.includes('msp');
const anybody = () => true;

const rules: { readonly [K in TopicKind]?: TopicRules<K> } = {
  user: {
    maySubscribe: (who, id) => who.userId === id,
    initial: { unread: 0 },
    snapshot: ({ unread }) => ({ unread }),
    retentionMs: (settings) => settings.userRetentionHours * hourMs,
  },
  tenant: { maySubscribe: anybody, initial: {}, retentionMs },
  msp: { maySubscribe: isStaff, initial: {}, retentionMs },
  client: { maySubscribe: mayFollowClient, initial: noEngagement, snapshot: clientSnapshot, retentionMs },
  clients: { maySubscribe: isStaff, initial: undefined as never, retentionMs },
  room: { maySubscribe: anybody, initial: {}, retentionMs },
};

/** The rules of a kind, with the kind itself forgotten: the caller's topic says which it is. */
export function topicRules<T extends Topic>(topic: T): TopicRules<T['kind']> {
  const found = rules[topic.kind] as TopicRules<T['kind']> | undefined;
  if (!found) throw new ProtocolError('unknown_topic', `there is no topic ${wireTopic(topic)}`);
  return found;
}

/** What a subscriber is shown of a topic's state. */
export function snapshotOf<T extends Topic>(topic: T, state: StateOf<T>): object | undefined {
  return topicRules(topic).snapshot?.(state, 'id' in topic ? topic.id : '');
}

/** Whether this user may subscribe to a topic of its tenant. */
export function maySubscribe(who: Principal, topic: Topic): boolean {
  return topicRules(topic).maySubscribe(who, 'id' in topic ? topic.id : '');
}

/**
 * The topic that a client names, if it may subscribe to it.
 *
 * @throws ProtocolError `unknown_topic`, `validation_failed` (a queue's date), `forbidden`.
 */
export function topicFor(who: Principal, text: string): Topic {
  const topic = parseTopic(text, who.userId);
  if (!topic) throw unknownTopic(text);
  if (!maySubscribe(who, topic)) throw new ProtocolError('forbidden', `you may not subscribe to ${text}`);
  return topic;
}

export function unknownTopic(text: string): ProtocolError {
  if (text.startsWith('queue:')) {
    const message = `${quote(text.slice(6))} is not a date that exists (YYYY-MM-DD)`;
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

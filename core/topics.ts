import {
  idPattern,
  isCollection,
  ProtocolError,
  parseTopic,
  type Topic as WireTopic,
  wireTopic,
} from '@tidings/protocol';
import type { Principal } from './principal.ts';
import { quote } from './quote.ts';
import type { Settings } from './settings.ts';

declare const ofState: unique symbol;

/** A topic, and as a type the state that its head keeps. */
export interface Topic<S = unknown> extends WireTopic {
  readonly [ofState]?: S;
}

/** A topic's head, stored in one row: how far its log reaches, and the state at that position. */
export interface Head<S = unknown> {
  readonly epoch: string;
  readonly seq: number;
  readonly state: S;
  /** When the last event was committed, or the head was made: milliseconds since 1970. */
  readonly updatedAt: number;
  /**
   * The head never expires: its user has had a connection. A commit on a cached head from before may drop
   * this. The next read of the user's own feed, with which each connection begins, sets it again.
   */
  readonly kept?: true;
  /** Until when commits are gathered, since they were in each other’s way: milliseconds since 1970. */
  readonly hotUntil?: number;
}

/** Which page of a long snapshot is asked for, and how large it may be. */
export interface SnapshotPage {
  /** The cursor that came with the page before. */
  readonly cursor?: string | undefined;
  readonly maxBytes: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The rule for a kind's ids, where not every id is allowed. */
export interface IdRule {
  /** The shape in error texts: `<YYYY-MM-DD>`. */
  readonly shape: string;
  /**
   * @param path where in the frame the topic stands.
   * @throws ProtocolError `validation_failed`.
   */
  readonly require: (id: string, now: number, path: string) => void;
}

/** All topics of a kind as one: `client:*`. It has no sequence numbers of its own. */
export interface CollectionRules<S> {
  readonly maySubscribe: (who: Principal) => boolean;
  /** Its snapshot: a list of the topics; absent: it has none. */
  readonly list?: {
    /** The name of the list in the snapshot. */
    readonly name: string;
    /** One topic's entry in the list, besides its position. */
    readonly entry: (id: string, state: S) => object;
  };
}

/** Who may subscribe to which topic of a kind. Pure: a token and an id decide, now and whenever it is asked again. */
export type TopicRule = (who: Principal, id: string) => boolean;

/** The rules of a kind of topic. */
export interface TopicRules<S> {
  readonly name: string;
  /** `none`: a tenant has one such topic, which has no id. @default what `idPattern` says */
  readonly id?: 'none' | IdRule;
  readonly maySubscribe: TopicRule;
  /** Whether a topic is one user's alone, so that it is deleted with the user's data. @default none is */
  readonly isOfUser?: (userId: string, id: string) => boolean;
  readonly initial: S;
  /**
   * Its state is made of parts, each a feature's: what a stored state lacks, since its feature came later, is as at
   * first, and a change leaves alone what it does not name.
   */
  readonly parts?: true;
  /**
   * The part of the state that a subscriber gets; absent: the topic has no snapshot. A long one comes in
   * pages.
   */
  readonly snapshot?: (state: S, id: string, page: SnapshotPage) => object;
  /** Whether a client that gets every missed event also gets the snapshot. It may then read many events. */
  readonly shownOnRecovery?: true;
  /** @default the stage's `retentionHours` */
  readonly retentionMs?: (settings: Settings) => number;
  /** How long the head of a used topic is kept after its last event; absent: for ever. */
  readonly keptUntilMs?: (now: number, id: string, state: S) => number | undefined;
  /**
   * What an event is about, where only the latest about the same counts, as with a dashboard's figures: a batch leaves out
   * those that a later one of it replaces. `undefined`: it is never left out. Nothing is left out of the log, nor of what
   * is replayed. @default none is left out
   */
  readonly latestPer?: (event: { readonly type: string; readonly payload: object }) => string | undefined;
  /** Whether its subscribers get presence updates. */
  readonly presence?: true;
  /** Whether who subscribes may ask for the last events that are kept. */
  readonly history?: true;
  readonly all?: CollectionRules<S>;
}

/** A kind of topic, and the way to name one of it. */
// biome-ignore lint/suspicious/noExplicitAny: what holds kinds of every state cannot name one of them
export interface TopicKind<S = any> extends TopicRules<S> {
  /** @param id absent for a kind without ids. */
  readonly of: (id?: string) => Topic<S>;
}

/** @throws Error for a kind without a rule: nobody is let in because something was forgotten. */
export function topicKind<S>(rules: TopicRules<S>): TopicKind<S> {
  if (typeof rules.maySubscribe !== 'function') {
    throw new Error(`${rules.name}: say who may subscribe: maySubscribe: (who, id) => …`);
  }
  return { ...rules, of: (id) => ({ kind: rules.name, ...(id !== undefined && { id }) }) };
}

/** The kinds of topic that an app has. */
export interface TopicCatalog {
  readonly kinds: ReadonlyMap<string, TopicKind>;
  /** The topics that each connection is subscribed to when it opens. */
  readonly feedsOf: (who: Principal) => readonly Topic[];
}

/** What the rules of a topic need besides the topic. */
export interface InApp {
  readonly app: TopicCatalog;
  readonly settings: Settings;
}

const hourMs = 3_600_000;
/** How long an unused topic is kept after its log has ended. */
export const idleMs = 30 * 24 * hourMs;

const idOf = (topic: Topic) => topic.id ?? '';

/** The rules of a topic's kind. @throws Error where the app has no such kind. */
export function rulesOf<S>({ kinds }: TopicCatalog, topic: Topic<S>): TopicRules<S> {
  const rules = kinds.get(topic.kind);
  if (!rules) throw new Error(`no feature of this app has topics of the kind ${topic.kind}`);
  return rules;
}

/** A state with what it lacks. */
const whole = <S>({ parts, initial }: TopicRules<S>, state: S): S =>
  parts ? { ...initial, ...state } : state;

/** The state of a topic, of which there may be a head. */
export function stateOf<S>(catalog: TopicCatalog, topic: Topic<S>, head: Head<S> | undefined): S {
  const rules = rulesOf(catalog, topic);
  return head ? whole(rules, head.state) : rules.initial;
}

/** The state after a change. */
export function changedState<S>(
  catalog: TopicCatalog,
  topic: Topic<S>,
  head: Head<S> | undefined,
  state: S,
): S {
  return rulesOf(catalog, topic).parts ? { ...stateOf(catalog, topic, head), ...state } : state;
}

/** How long the events of a topic can be asked for. */
export const retentionMsOf = ({ app, settings }: InApp, topic: Topic): number =>
  rulesOf(app, topic).retentionMs?.(settings) ?? settings.retentionHours * hourMs;

/** The snapshot of a topic's state for a subscriber. */
export function snapshotOf<S>(
  catalog: TopicCatalog,
  topic: Topic<S>,
  state: S,
  page: SnapshotPage,
): object | undefined {
  const rules = rulesOf(catalog, topic);
  return rules.snapshot?.(whole(rules, state), idOf(topic), page);
}

/** Until when a head that is used now is kept; `undefined`: for ever. */
export function keptUntilMs<S>(
  inApp: InApp,
  topic: Topic<S>,
  { seq, state, kept }: Pick<Head<S>, 'seq' | 'state' | 'kept'>,
  now: number,
): number | undefined {
  if (kept) return undefined;
  // At least as long as its log, so that a client that comes back finds the epoch that it knows.
  const min = now + retentionMsOf(inApp, topic);
  // It has no events yet: somebody read it, perhaps under a made-up name.
  if (seq === 0 && topic.id !== undefined) return min;
  const until = rulesOf(inApp.app, topic).keptUntilMs?.(now, idOf(topic), state);
  return until === undefined ? undefined : Math.max(until, min);
}

/** Whether a topic's subscribers get presence updates. */
export const hasPresence = ({ kinds }: TopicCatalog, topic: Topic): boolean =>
  topic.id !== undefined && !isCollection(topic) && kinds.get(topic.kind)?.presence === true;

/** The kinds of topic with presence. */
export const kindsWithPresence = ({ kinds }: TopicCatalog): string[] =>
  [...kinds.values()].flatMap(({ name, presence }) => (presence ? name : []));

/** Whether this user may subscribe to a topic of its tenant. */
export function maySubscribe({ kinds }: TopicCatalog, who: Principal, topic: Topic): boolean {
  const rules = kinds.get(topic.kind);
  if (isCollection(topic)) return rules?.all?.maySubscribe(who) === true;
  return rules?.maySubscribe(who, idOf(topic)) === true;
}

/**
 * The topic that a client names.
 *
 * @throws ProtocolError `unknown_topic`, `validation_failed` (an id that its kind does not allow).
 */
export function readTopic(catalog: TopicCatalog, who: Principal, text: string, now: number): Topic {
  const topic = parseTopic(text, who.userId);
  const rules = topic && catalog.kinds.get(topic.kind);
  if (!topic || !rules) throw unknownTopic(catalog, text);
  const { kind, id } = topic;
  if (kind === 'user') return topic;
  if (rules.id === 'none' ? id !== undefined : id === undefined && !rules.id)
    throw unknownTopic(catalog, text);
  if (rules.id === 'none' || (id === '*' && rules.all)) return topic;
  if (rules.id) rules.id.require(id ?? '', now, 'topic');
  else if (!idPattern.test(id ?? '')) throw unknownTopic(catalog, text);
  return topic;
}

/**
 * The topic that a client names, if it may subscribe to it.
 *
 * @throws ProtocolError `unknown_topic`, `validation_failed`, `forbidden`.
 */
export function topicFor(catalog: TopicCatalog, who: Principal, text: string, now: number): Topic {
  const topic = readTopic(catalog, who, text, now);
  if (!maySubscribe(catalog, who, topic)) throw mayNotSubscribe(topic);
  return topic;
}

export function mayNotSubscribe(topic: Topic): ProtocolError {
  return new ProtocolError('forbidden', `you may not subscribe to ${wireTopic(topic)}`);
}

export function unknownTopic({ kinds }: TopicCatalog, text: string): ProtocolError {
  const names = [...kinds.values()].flatMap(({ name, id, all }) => {
    if (name === 'user') return 'user:me';
    if (id === 'none') return name;
    return [`${name}:${id?.shape ?? '<id>'}`, ...(all ? [`${name}:*`] : [])];
  });
  const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return new ProtocolError(
    'unknown_topic',
    `${quote(text)} is no topic: there are ${list}, an id being 1 to 64 of letters, digits, "_" and "-"`,
  );
}

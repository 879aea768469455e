import type { ServerFrame } from '@tidings/protocol';
import { isPosition } from './base/incoming.ts';
import type { CollectionRule } from './topics/collectionRule.ts';
import type { SyncRule } from './topics/countedSync.ts';
import type { Position } from './topics/sequencer.ts';

/** What a topic's state is after an event; pure. An event that changes nothing gives the same object back. */
export type Reducer = (
  snapshot: never,
  event: { readonly type: never; readonly topic: string; readonly payload: never } & Position,
) => object;

/** What a client does with one kind of topic. */
export interface TopicRules {
  /** Keeps the snapshot up by the topic's events. Without one it stays as the server gave it. */
  readonly fold?: Reducer | undefined;
  /** `pagedSync` for a kind whose snapshots may come in pages. Without it the first page is all that is shown. */
  readonly sync?: SyncRule | undefined;
  /** Makes all topics of a kind one, such as `client:*`: what `collection` gives. */
  readonly collection?: CollectionRule | undefined;
}

/** Makes the event that a request led to out of the request and its answer; nothing, if it led to none. `from`: who asked. */
export type OwnEvent = (
  asked: {
    readonly action: string;
    readonly topic?: string | undefined;
    readonly payload?: object | undefined;
  },
  answer: Pick<ServerFrame, 'payload' | 'ts'>,
  from: string | undefined,
) => ServerFrame | undefined;

/** What a feature of the server asks of its clients. An app gives `createClient` those that it uses. */
export interface ClientFeature {
  /** By kind of topic. Features that share a kind each keep up their part of its snapshot. */
  readonly topics?: Readonly<Record<string, TopicRules>>;
  /** The events that their sender is spared: what `ownEvents` gives. */
  readonly ownEvent?: OwnEvent;
  /** Kinds of topics, besides `user` and `tenant`, that the server's connections are on without having asked: the client names those that somebody listens to, and the others cost nothing. */
  readonly feeds?: readonly string[];
  /** Actions whose answer names a topic that the connection is on from then on. */
  readonly joins?: Readonly<Record<string, (answer: Readonly<Record<string, unknown>>) => unknown>>;
}

/** The rules of a kind: those of all features that have any. */
export function rulesOf(features: readonly ClientFeature[], kind: string): TopicRules {
  const all = features.flatMap(({ topics }) => topics?.[kind] ?? []);
  const after: Reducer = (snapshot, event) =>
    all.reduce<object>((state, { fold }) => fold?.(state as never, event) ?? state, snapshot);
  return Object.assign({}, ...all, { fold: after });
}

/**
 * For actions whose sender is spared its own event, by the event's type.
 *
 * @example
 * const rooms: ClientFeature = { ownEvent: ownEvents({ 'room.send': 'room.message' }) };
 */
export const ownEvents =
  (types: Readonly<Record<string, string>>): OwnEvent =>
  ({ action, topic, payload = {} }, { payload: answer, ts }, from) => {
    const type = types[action];
    if (!type || !topic || !isPosition(answer)) return undefined;
    const { epoch, seq } = answer;
    return { type, topic, epoch, seq, payload, from, ts } as ServerFrame;
  };

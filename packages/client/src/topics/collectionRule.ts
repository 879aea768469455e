import type { Answer, EventFrame } from '@tidings/protocol';
import type { Position, Sequencer } from './sequencer.ts';
import type { TopicSync } from './subscription.ts';
import type { TopicListener } from './topicListener.ts';

/** What a collection knows of its members, the topics of its kind, and does with them. */
export interface CollectionHost {
  listener(topic: string): TopicListener | undefined;
  /** Where a topic stands in this client. */
  position(topic: string): Position | undefined;
  /** Whether somebody follows it by itself. */
  isHeld(topic: string): boolean;
  /** What puts its events in order; made, to begin at `start`, where there is none. */
  sequencer(topic: string, start?: Position): Sequencer | undefined;
  /** Asks now what `sync` asks each minute. */
  sync(): Promise<void>;
}

/** All topics of a kind as one (PROTOCOL.md 3.3, 3.4). Events keep their own topic's numbers; how far the whole has got is a time. */
export interface Collection extends TopicSync {
  /** What `sync` asks with; nothing before there is a list. */
  head(): { readonly at: number } | undefined;
  /** From where a member's events are wanted, of which nothing was known before this one; nothing: that is not known yet. */
  since(topic: string, first: Position): Position | undefined;
  /** The next event of a member. */
  event(frame: EventFrame): void;
  /** A member's events were missed: this is what they led to. */
  reset(topic: string, position: Position, snapshot: object | undefined): void;
  /** Somebody follows a member: if the list has its state, that is shown at once. */
  introduce(topic: string): void;
  /**
   * Takes what `sync` found behind. `asked`: the topics that we named in the question; `serverNow`: when it was answered.
   *
   * @returns whether members were missed. If not, the next `sync` need not ask about the time before.
   */
  named(behind: Answer<'sync'>['behind'], asked: Readonly<Record<string, Head>>, serverNow: number): boolean;
}

/** How far the client has got: a position, or for a collection a time. */
export type Head = Position | { readonly at: number };

/** A function may have read this long before it signed its answer: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
export const longestReadMs = 30_000;

/** So much later than it happened the server may name a change of a member (PROTOCOL.md 3.9), and who was away meanwhile is not told. */
export const namedWithinMs = 11 * 60_000;

/** Makes a collection. @param name such as `client:*` */
export type CollectionRule = (name: string, host: CollectionHost) => Collection;

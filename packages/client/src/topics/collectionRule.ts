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
}

/** All topics of a kind as one (PROTOCOL.md 3.3, 3.4). It brings their events, and has no numbers of its own but a time. */
export interface Collection extends TopicSync {
  /** What `sync` asks with; nothing before there is a list. */
  head(): { readonly at: number } | undefined;
  /** The next event of a member. */
  event(frame: EventFrame): void;
  /** A member's events were missed: this is what they led to. */
  reset(topic: string, position: Position, snapshot: object | undefined): void;
  /** Somebody follows a member, which may be known from the list. */
  introduce(topic: string): void;
  /**
   * What `sync` named, of those that we asked about by themselves and of others. `serverNow`: when that was all.
   *
   * @returns whether members were missed. If not, the next `sync` need not ask about the time before.
   */
  named(behind: Answer<'sync'>['behind'], asked: Readonly<Record<string, Head>>, serverNow: number): boolean;
}

/** How far the client has got; with a collection, until when. */
export type Head = Position | { readonly at: number };

/** Makes a collection. @param name such as `client:*` */
export type CollectionRule = (name: string, host: CollectionHost) => Collection;

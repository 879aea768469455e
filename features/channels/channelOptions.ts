import type { TopicRule } from '../../core/topics.ts';
import type { ChannelWords } from './contract.ts';

/** A time, in whichever of these is at hand; they add up. */
export interface Retention {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
}

/** What an app says of one kind of channel. */
export interface ChannelOptions extends ChannelWords {
  /**
   * Who may follow a channel, by its id. It is asked with the id `*` for all channels of the kind as one: a rule that
   * looks only for what is forbidden would allow that.
   */
  readonly subscribe: TopicRule;
  /** Who may publish on it. */
  readonly publish: TopicRule;
  /** How long messages can be replayed: `{ hours: 48 }`. At most 30 days. @default the stage's `retentionHours` */
  readonly retention?: Retention;
  /** How large one message may be, as JSON. @default 30,000, and no more */
  readonly maxBytes?: number;
}

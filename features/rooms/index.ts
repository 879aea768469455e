import { type Feature, feature } from '../../core/feature.ts';
import { idleMs, type TopicRule, topicKind } from '../../core/topics.ts';
import { type RoomContract, roomContract } from './contract.ts';
import { roomActions } from './rooms.ts';

/** What an app says of its rooms. */
export interface RoomOptions {
  /**
   * Who may subscribe to a room. It is asked again with everything that is said there, and with each new token.
   * There is no default: who may see whom is the app's to say.
   */
  readonly maySubscribe: TopicRule;
  /** The rule in words, for the documents. @default 'whom the app’s rule allows' */
  readonly who?: string;
}

/**
 * Rooms to talk in.
 *
 * @example
 * rooms({ maySubscribe: (who, id) => who.clients.includes(id), who: 'the users of the client that it is named after' })
 * @throws Error without a rule.
 */
export function rooms({
  maySubscribe,
  who = 'whom the app’s rule allows',
}: RoomOptions): Feature<RoomContract> {
  const roomTopics = topicKind({
    name: 'room',
    maySubscribe,
    initial: {},
    keptUntilMs: (now) => now + idleMs,
    presence: true,
    history: true,
  });
  return feature({
    name: 'rooms',
    contract: roomContract(who),
    actions: roomActions,
    topics: [roomTopics],
  });
}

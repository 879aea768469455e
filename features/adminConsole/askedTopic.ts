import { wireTopic } from '@tidings/protocol';
import { userFeed } from '../../core/feeds.ts';
import type { Principal } from '../../core/principal.ts';
import type { Runtime } from '../../core/runtime.ts';
import { readTopic, type Topic } from '../../core/topics.ts';

interface Asking {
  readonly runtime: Runtime;
  readonly principal: Principal;
  readonly payload: { readonly topic: string; readonly userId?: string | undefined };
}

/**
 * The topic that is asked about. The wire has no name for another user's feed, since only its own user gets its frames:
 * it is `user:me` of whom `userId` names.
 *
 * @throws ProtocolError `unknown_topic`, `validation_failed`.
 */
export function askedTopic({ runtime, principal, payload: { topic, userId } }: Asking): Topic {
  const named = readTopic(runtime.app, principal, topic, runtime.clock.now());
  return userId === undefined ? named : userFeed(userId);
}

/** How an answer names a topic. */
export const nameOf = (topic: Topic): { readonly topic: string; readonly userId?: string } => ({
  topic: wireTopic(topic),
  ...(topic.kind === 'user' && topic.id !== undefined && { userId: topic.id }),
});

import { type Call, topicOf } from '../call.ts';
import { mayNotSubscribe, maySubscribe } from '../topics.ts';
import { isJoined } from './connections.ts';
import { notSubscribed } from './subscribe.ts';

/**
 * Refuses a caller who does not follow the topic. A connection must be subscribed. Over HTTP, the right to
 * subscribe is enough. An action that changes something checks this while it decides, so that a repeated
 * `ref` gets its first answer on a new connection too.
 *
 * @throws ProtocolError `not_subscribed`, `forbidden`.
 */
export function requireFollowing(call: Call): void {
  const { runtime, connection, principal } = call;
  const topic = topicOf(call);
  if (!maySubscribe(runtime.app, principal, topic)) throw mayNotSubscribe(topic);
  if (connection && !isJoined(connection, topic)) throw notSubscribed(topic);
}

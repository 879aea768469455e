import { type ActionName, type Payload, ProtocolError, type Topic } from '@tidings/protocol';
import { type Change, commit } from './commit.ts';
import { type Connection, topicAttribute } from './connections.ts';
import { fanOut } from './fanOut.ts';
import type { Principal } from './principal.ts';
import type { Request } from './request.ts';
import type { Runtime } from './runtime.ts';
import { notSubscribed } from './subscribe.ts';
import { maySubscribe } from './topicKinds.ts';

/** Who asks, and how: all of a request but what its action alone understands. */
export interface Asking extends Request {
  readonly runtime: Runtime;
  readonly principal: Principal;
  /** Present for an action that names a topic, and then of the kind that it takes. */
  readonly topic?: Topic;
  /** The socket that it came by; by HTTP or the event bus there is none. */
  readonly connection?: Connection;
  /** What ties a completion to the request: the client's own `ref`, if it gave one. */
  readonly clientRef?: string;
}

/** One request that was found well-formed, of somebody who may call the action at all. */
export interface Call<N extends ActionName> extends Asking {
  readonly payload: Payload<N>;
}

/** How an action behaves. What it returns is the payload of the answer. */
export interface Handler {
  readonly name: ActionName;
  /** @param payload what the action's schema made of the frame's. */
  readonly handle: (asking: Asking, payload: unknown) => Promise<object>;
}

/** Gives an action its behaviour, with the types of its own contract. */
export function on<N extends ActionName>(name: N, handle: (call: Call<N>) => Promise<object>): Handler {
  return { name, handle: (asking, payload) => handle({ ...asking, payload: payload as Payload<N> }) };
}

/**
 * Commits a change and sends its event to the topic's audience.
 *
 * @returns the payload of the answer: the decision's, with `epoch` and `seq` of the event where there is one.
 */
export async function publish<T extends Topic>(
  call: Asking,
  change: Change<T>,
  { exceptSender = false } = {},
): Promise<object> {
  const { runtime, principal, connection, clientRef } = call;
  const { answer, frame } = await commit(runtime, call, change);
  const completion = runtime.settings.completions &&
    connection && {
      id: runtime.random.id(),
      connectionId: connection.connectionId,
      ...(clientRef !== undefined && { ref: clientRef }),
    };
  if (frame) {
    await fanOut(runtime, {
      tenant: principal.tenant,
      topic: change.topic,
      frame,
      ...(exceptSender && connection && { except: connection.connectionId }),
      ...(completion && { completion }),
    });
  }
  return answer;
}

/**
 * The topic of an action that speaks to those who follow it: the connection must be subscribed; by HTTP, where
 * nobody can be, the right to subscribe suffices.
 *
 * @throws ProtocolError `not_subscribed`, `forbidden`.
 */
export function followedTopic({ topic, connection, principal }: Asking): Topic {
  if (!topic) throw new Error('an action without a topic was asked for one');
  if (!maySubscribe(principal, topic)) throw new ProtocolError('forbidden', 'you may not follow this topic');
  if (!connection) return topic;
  const attribute = topicAttribute(topic);
  if (connection.topics.some((joined) => topicAttribute(joined) === attribute)) return topic;
  throw notSubscribed(topic);
}

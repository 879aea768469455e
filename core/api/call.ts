import type { ActionContract, Contract, PayloadOf } from '@tidings/protocol';
import { type Connection, topicAttribute } from '../connections/connections.ts';
import { notSubscribed } from '../connections/subscribe.ts';
import { expectUnits } from '../delivery/completions.ts';
import { fanOut } from '../delivery/fanOut.ts';
import { type Change, commit } from '../log/commit.ts';
import { resentWrite } from '../log/rememberedRequest.ts';
import type { Request } from '../log/request.ts';
import type { Principal } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { mayNotSubscribe, maySubscribe, type Topic } from '../topics.ts';

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
export interface Call<A extends ActionContract = ActionContract> extends Asking {
  readonly payload: PayloadOf<A>;
}

/** The actions that a contract declares. */
export type ActionsIn<C extends Contract> = NonNullable<C['actions']>;

/** A request for an action of a contract. */
export type CallOf<C extends Contract, N extends keyof ActionsIn<C>> = Call<ActionsIn<C>[N]>;

/** How the actions of a contract behave. What each returns is the payload of the answer. */
export type Actions<C extends Contract> = {
  readonly [N in keyof ActionsIn<C>]: (call: CallOf<C, N>) => Promise<object>;
};

/** An action with its contract and its behaviour, as the router finds it. */
export interface Handler {
  readonly name: string;
  readonly contract: ActionContract;
  /** @param payload what the action's schema made of the frame's. */
  readonly handle: (asking: Asking, payload: unknown) => Promise<object>;
}

/**
 * Commits a change and sends its event to the topic's audience.
 *
 * @returns the payload of the answer: the decision's, with `epoch` and `seq` of the event where there is one.
 */
export async function publish<S>(
  call: Asking,
  change: Change<S>,
  { exceptSender = false } = {},
): Promise<object> {
  const { runtime, principal, connection, clientRef } = call;
  const { answer, event, isAgain } = await commit(runtime, call, change);
  const completion = runtime.settings.completions &&
    connection && {
      id: runtime.random.id(),
      connectionId: connection.connectionId,
      ...(clientRef !== undefined && { ref: clientRef }),
    };
  try {
    const broadcast = {
      tenant: principal.tenant,
      topic: change.topic,
      ...(exceptSender && connection && { except: connection.connectionId }),
      ...(completion && { completion }),
    };
    if (event) {
      await fanOut(runtime, { ...broadcast, ...event });
      if (isAgain) await runtime.table.write(resentWrite(call));
    } else if (completion) await expectUnits(runtime, completion, 0, { delivered: 0, gone: 0 });
  } catch (error) {
    // The change is committed, and who asked for it is told so; its receivers find what they miss.
    runtime.reporter.report(error, { requestId: call.ref, what: 'a fan-out' });
  }
  return answer;
}

/** The topic that the frame names, of an action that takes one. */
export function topicOf({ topic }: Asking): Topic {
  if (!topic) throw new Error('an action without a topic was asked for one');
  return topic;
}

/**
 * Refuses who does not follow the topic: the connection must be subscribed; by HTTP, where nobody can be, the
 * right to subscribe suffices. An action that changes something asks this while it decides, so that a repeat of
 * a committed `ref` gets its first answer on a new connection too.
 *
 * @throws ProtocolError `not_subscribed`, `forbidden`.
 */
export function requireFollowing(asking: Asking): void {
  const { runtime, connection, principal } = asking;
  const topic = topicOf(asking);
  if (!maySubscribe(runtime.app, principal, topic)) throw mayNotSubscribe(topic);
  if (!connection) return;
  const attribute = topicAttribute(topic);
  if (connection.topics.some((joined) => topicAttribute(joined) === attribute)) return;
  throw notSubscribed(topic);
}

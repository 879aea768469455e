import type { ActionContract, Contract, PayloadOf } from '@tidings/protocol';
import type { Connection } from './connections/connections.ts';
import type { Request } from './log/request.ts';
import type { Principal } from './principal.ts';
import type { Runtime } from './runtime.ts';
import type { Topic } from './topics.ts';

/** One request that was found well-formed, of somebody who may call its action. The router makes it. */
export interface Call extends Request {
  readonly runtime: Runtime;
  readonly principal: Principal;
  /** Present for an action that names a topic, and then of the kind that it takes. */
  readonly topic?: Topic;
  /** The socket that it came by; by HTTP or the event bus there is none. */
  readonly connection?: Connection;
  /** What ties a completion to the request: the client's own `ref`, if it gave one. */
  readonly clientRef?: string;
}

/** The actions that a contract declares. */
export type ActionsIn<C extends Contract> = NonNullable<C['actions']>;

/** A call of an action of a contract, with its payload. */
export type CallOf<C extends Contract, N extends keyof ActionsIn<C>> = Call & {
  readonly payload: PayloadOf<ActionsIn<C>[N]>;
};

/** How the actions of a contract behave. What each returns is the payload of the answer. */
export type Actions<C extends Contract> = {
  readonly [N in keyof ActionsIn<C>]: (call: CallOf<C, N>) => Promise<object>;
};

/** An action with its contract and its behaviour, as the router finds it. */
export interface Handler {
  readonly name: string;
  readonly contract: ActionContract;
  /** @param call with the payload as the action's schema left it. */
  readonly handle: (call: Call & { readonly payload: unknown }) => Promise<object>;
}

/** The topic that the frame names, of an action that takes one. */
export function topicOf({ topic }: Call): Topic {
  if (!topic) throw new Error('an action without a topic was asked for one');
  return topic;
}

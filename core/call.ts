import type { ActionContract, Contract, EventPayloadOf, PayloadOf } from '@tidings/protocol';
import type { Connection } from './connections/connections.ts';
import type { RequestKey } from './log/request.ts';
import type { Principal } from './principal.ts';
import type { Runtime } from './runtime.ts';
import type { Topic } from './topics.ts';

declare const ofContract: unique symbol;

/**
 * One valid request of a user who may call its action. The router makes it. As a type it has the contract of its
 * action, so that nothing else can be published on it than what that contract declares.
 */
export interface Call<C extends Contract = Contract> extends RequestKey {
  readonly [ofContract]?: C;
  readonly runtime: Runtime;
  readonly principal: Principal;
  /** The name of its action; absent for what work commits by itself. */
  readonly action?: string;
  /** The `ref` by which it came. What a handler commits under another one is not the whole request. */
  readonly askedAs?: string;
  readonly payload?: unknown;
  /** Present for an action that takes a topic, and of the kind that it takes. */
  readonly topic?: Topic;
  /** The connection that it came from; absent for HTTP and the event bus. */
  readonly connection?: Connection;
  /** The client's own `ref`, if it gave one, for the completion. */
  readonly clientRef?: string;
}

/** The actions that a contract declares. */
export type ActionsIn<C extends Contract> = NonNullable<C['actions']>;

/** A call of an action of a contract, with its payload. */
export type CallOf<C extends Contract, N extends keyof ActionsIn<C>> = Call<C> & {
  readonly payload: PayloadOf<ActionsIn<C>[N]>;
};

type EventsIn<C extends Contract> = NonNullable<C['events']>;

/** An event that a contract declares, as it is published. */
export type EventOf<C extends Contract> = {
  readonly [T in keyof EventsIn<C> & string]: {
    readonly type: T;
    readonly payload: EventPayloadOf<EventsIn<C>[T]> & object;
  };
}[keyof EventsIn<C> & string];

/** How the actions of a contract behave. What each returns is the payload of the answer. */
export type Actions<C extends Contract> = {
  readonly [N in keyof ActionsIn<C>]: (call: CallOf<C, N>) => Promise<object>;
};

/** An action with its contract and its behaviour, as the router finds it. */
export interface Handler {
  readonly name: string;
  readonly contract: ActionContract;
  /** @param call its payload has been checked by the action's schema. */
  readonly handle: (call: Call & { readonly payload: unknown }) => Promise<object>;
}

/** The topic that the frame names, of an action that takes one. */
export function topicOf({ topic }: Call): Topic {
  if (!topic) throw new Error('an action without a topic was asked for one');
  return topic;
}

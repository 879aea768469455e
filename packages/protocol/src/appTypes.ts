import type * as z from 'zod/mini';
import type {
  ActionContract,
  AnswerOf,
  Contract,
  EventContract,
  PayloadOf,
  TopicContract,
} from './contract.ts';
import type { connectionContract } from './engine/connection.ts';
import type { feedContract } from './engine/feeds.ts';
import type { presenceContract } from './engine/presence.ts';
import type { revokeContract } from './engine/revoke.ts';
import type { statsContract } from './engine/stats.ts';

/** The whole of what many say of one thing each. */
type Merged<Each> = (Each extends unknown ? (one: Each) => void : never) extends (all: infer All) => void
  ? { readonly [Name in keyof All]: All[Name] }
  : never;

type Known<T> = T extends (infer One)[]
  ? readonly Known<One>[]
  : T extends object
    ? { readonly [Name in keyof T]: Known<T[Name]> }
    : T;

type Shown<F> = F extends { readonly snapshot: infer S extends z.ZodMiniType } ? Known<z.output<S>> : unknown;

type ActionTypes<C extends Contract> = {
  readonly [Name in keyof C['actions']]: C['actions'][Name] extends infer A extends ActionContract
    ? { payload: PayloadOf<A>; answer: AnswerOf<A> }
    : never;
};
type EventTypes<C extends Contract> = {
  readonly [Type in keyof C['events']]: C['events'][Type] extends infer E extends EventContract
    ? z.output<E['payload']>
    : never;
};
type TopicTypes<C extends Contract> = {
  readonly [Kind in Exclude<keyof C['topics'], 'user'>]: Shown<C['topics'][Kind]>;
} & {
  readonly [Kind in keyof C['topics'] as C['topics'][Kind] extends TopicContract & { readonly all: object }
    ? `${Kind & string}:*`
    : never]: C['topics'][Kind] extends { readonly all: infer All } ? Shown<All> : never;
};
/** The kinds of which there is one topic: those that are named without an id. */
type LoneKinds<C extends Contract> = C extends unknown
  ? {
      [Kind in keyof C['topics']]: C['topics'][Kind] extends { readonly id: object } ? never : Kind & string;
    }[keyof C['topics']]
  : never;
type UserTypes<C extends Contract> = C extends { readonly user: infer S extends z.ZodMiniType }
  ? Known<z.output<S>>
  : object;

type EngineContract =
  | typeof connectionContract
  | typeof feedContract
  | typeof presenceContract
  | typeof revokeContract
  | typeof statsContract;

type EachContract<Features> = Features extends readonly (infer F)[]
  ? F extends { readonly contract: infer C extends Contract }
    ? C
    : never
  : never;

type TypesOf<C extends Contract> = {
  readonly actions: Merged<C extends Contract ? ActionTypes<C> : never>;
  readonly events: Merged<C extends Contract ? EventTypes<C> : never>;
  readonly topics: Merged<
    | (C extends Contract ? TopicTypes<C> : never)
    | { readonly user: Merged<C extends Contract ? UserTypes<C> : never> }
  >;
  readonly lone: LoneKinds<C>;
};

/**
 * What can be asked of an app and what can come from it, as types: its actions with `{ payload, answer }`, its events
 * with their payloads, its kinds of topic with their snapshots (`unknown` where there is none), and the kinds of which there is one.
 *
 * @example
 * export const features = [engagement, alerts] as const;
 * export type App = AppOf<typeof features>;
 */
export type AppOf<Features extends readonly { readonly contract: Contract }[]> = WireOf<
  EachContract<Features>
>;

/** The same of contracts: those of the engine, and these. */
export type WireOf<C extends Contract> = TypesOf<EngineContract | C>;

type EngineActions = TypesOf<EngineContract>['actions'];

/** The actions that every app has. */
export type ActionName = keyof EngineActions;
/** What one of them takes, as its schema leaves it. */
export type Payload<N extends ActionName> = EngineActions[N]['payload'];
/** The payload of the frame that answers one of them. */
export type Answer<N extends ActionName> = EngineActions[N]['answer'];

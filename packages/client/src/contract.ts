/** What can be asked and what can come, as types. */
export interface Contract {
  /** For each action `{ payload, answer }`. */
  readonly actions: object;
  /** For each type of event its payload. */
  readonly events: object;
  /** For each kind of topic its snapshot; `unknown` where it has none. */
  readonly topics: object;
  /** The kinds of which there is one topic, besides `user` and `tenant`: `'msp'`. */
  readonly lone?: string;
}

/** The names of the actions of a contract. */
export type RequestName<C extends Contract> = keyof C['actions'] & string;
/** What an action takes. */
export type RequestPayload<C extends Contract, N extends RequestName<C>> = C['actions'][N] extends {
  payload: infer P;
}
  ? P
  : never;
/** What an action is answered. */
export type RequestAnswer<C extends Contract, N extends RequestName<C>> = C['actions'][N] extends {
  answer: infer A;
}
  ? A
  : never;

/** The types of events of a contract. */
export type EventName<C extends Contract> = keyof C['events'] & string;

/** An event as listeners get it. `seq` is absent on an event that is not in the log, `id` on the echo of one's own. */
export interface TopicEvent<T extends string = string, P = unknown> {
  readonly type: T;
  /** Its home topic; on `client:*` that of the client. */
  readonly topic: string;
  readonly epoch?: string;
  readonly seq?: number;
  readonly id?: string;
  /** The user who caused it. */
  readonly from?: string;
  /** Milliseconds since 1970, by the server's clock. */
  readonly ts?: number;
  readonly payload: P;
}

/** Any event of a contract. */
export type AnyEvent<C extends Contract> = {
  [T in EventName<C>]: TopicEvent<T, C['events'][T]>;
}[EventName<C>];

/** The kinds of topics of a contract. */
export type KindName<C extends Contract> = keyof C['topics'] & string;

/** The kinds of topics of which there is one: feeds, and all of a kind followed as one. */
export type LoneKind<C extends Contract> =
  | 'user'
  | 'tenant'
  | (KindName<C> & `${string}:*`)
  | (C extends { readonly lone: infer Lone extends string } ? Lone : never);

/** What names a topic of a kind besides its kind. */
export type TopicId<C extends Contract, K extends string> =
  K extends LoneKind<C> ? [id?: undefined] : [id: string];

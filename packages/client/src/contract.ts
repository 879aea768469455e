import type { ActionName, Answer, EventPayload, EventType, Payload } from '@tidings/protocol';
import type { Position } from './topics/sequencer.ts';

/** What can be asked and what can come, as types. A team extends `TidingsContract` with its own. */
export interface Contract {
  /** For each action `{ payload, answer }`. */
  readonly actions: object;
  /** For each type of event its payload. */
  readonly events: object;
  /** For each kind of topic its snapshot; `unknown` where it has none. */
  readonly topics: object;
}

type ConnectionAction = 'hello' | 'subscribe' | 'unsubscribe' | 'sync' | 'auth';

/** A client's engagement, as `engagement.get` and the snapshots show it. */
export type Engagement = Readonly<Omit<EventPayload<'engagement'>, 'clientId'>>;

/** The state of `client:<id>`. */
export interface ClientSnapshot {
  readonly clientId: string;
  readonly engagement: Engagement;
  readonly totals: Readonly<Record<string, number>>;
}

/** The state of one's own feed: what must not be buried under messages, newest first. */
export interface UserSnapshot {
  readonly unread: number;
  /** The last 10 alerts to this user that nobody acknowledged. */
  readonly alerts: readonly (Readonly<Pick<EventPayload<'alert'>, 'alertId' | 'severity' | 'title'>> & {
    /** When it was raised: milliseconds since 1970. */
    readonly at: number;
  })[];
  /** The newest 10 notifications; `notification.list` has all of them, and their bodies. */
  readonly notifications: readonly Readonly<
    Pick<EventPayload<'notification'>, 'id' | 'kind' | 'title' | 'at'>
  >[];
}

/** One day of one doctor. */
export type DoctorDay = Readonly<EventPayload<'queue.updated'>>;

/** The state of `queue:<date>`. */
export interface QueueSnapshot {
  readonly date: string;
  readonly doctors: readonly DoctorDay[];
}

/** What was said once in a conversation. */
export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
  /** Of an answer: which one it is. */
  readonly streamId?: string;
  /** Of an answer: how it ended. */
  readonly status?: EventPayload<'stream.end'>['status'];
}

/** The state of `conversation:<id>`. */
export interface ConversationSnapshot {
  readonly turns: readonly Turn[];
  /** The answer under way: `text` holds its pieces up to `idx`, which is -1 before the first. */
  readonly stream?: { readonly streamId: string; readonly text: string; readonly idx: number };
}

/** What comes with Tidings itself (PROTOCOL.md 3.4 and 4). The client calls its connection actions by itself. */
export interface TidingsContract {
  readonly actions: {
    readonly [N in Exclude<ActionName, ConnectionAction>]: { payload: Payload<N>; answer: Answer<N> };
  };
  readonly events: { readonly [T in EventType]: EventPayload<T> };
  readonly topics: {
    readonly user: UserSnapshot;
    readonly tenant: unknown;
    readonly msp: unknown;
    readonly client: ClientSnapshot;
    readonly 'client:*': { readonly clients: readonly (ClientSnapshot & Position)[] };
    readonly room: unknown;
    readonly queue: QueueSnapshot;
    readonly conversation: ConversationSnapshot;
  };
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

/** The kinds of topics of which there is one. */
export type LoneKind = 'client:*' | 'user' | 'tenant' | 'msp';

/** What names a topic of a kind besides its kind. */
export type TopicId<K extends string> = K extends LoneKind ? [id?: undefined] : [id: string];

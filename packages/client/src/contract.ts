import type { ActionName, Answer, Payload } from '@tidings/protocol';

import type { Position } from './tracker.ts';

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

export interface Engagement {
  readonly status: string | null;
  readonly score: number | null;
  readonly note: string | null;
  readonly updatedAt: number | null;
  readonly version: number;
}

export interface ClientSnapshot {
  readonly clientId: string;
  readonly engagement: Engagement;
  readonly totals: Readonly<Record<string, number>>;
}

/** What comes with Tidings itself (PROTOCOL.md 3.4 and 4). The client calls its connection actions by itself. */
export interface TidingsContract {
  readonly actions: {
    readonly [N in Exclude<ActionName, ConnectionAction>]: { payload: Payload<N>; answer: Answer<N> };
  };
  readonly events: {
    readonly interaction: {
      clientId: string;
      kind: string;
      by: number;
      total: number;
      totals: Record<string, number>;
    };
    readonly engagement: Engagement & { clientId: string };
    readonly alert: {
      alertId: string;
      severity: 'info' | 'warning' | 'critical';
      title: string;
      to: Payload<'alert.raise'>['to'];
      body: string | null;
      raisedBy: string;
    };
    readonly 'alert.acknowledged': { alertId: string; by: string };
    readonly message: { userId: string; body: string };
    readonly 'room.message': { body: string };
  };
  readonly topics: {
    readonly user: { readonly unread: number };
    readonly tenant: unknown;
    readonly msp: unknown;
    readonly client: ClientSnapshot;
    readonly 'client:*': { readonly clients: readonly (ClientSnapshot & Position)[] };
    readonly room: unknown;
  };
}

export type RequestName<C extends Contract> = keyof C['actions'] & string;
export type RequestPayload<C extends Contract, N extends RequestName<C>> = C['actions'][N] extends {
  payload: infer P;
}
  ? P
  : never;
export type RequestAnswer<C extends Contract, N extends RequestName<C>> = C['actions'][N] extends {
  answer: infer A;
}
  ? A
  : never;

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

export type KindName<C extends Contract> = keyof C['topics'] & string;

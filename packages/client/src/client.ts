import type { Clock } from './base/clock.ts';
import type { Store } from './base/store.ts';
import type { ClientFeature } from './clientFeature.ts';
import type { Diagnose } from './connection/askHealth.ts';
import type { GetToken } from './connection/renewal.ts';
import type { Signals } from './connection/signals.ts';
import type { Status } from './connection/status.ts';
import type { WebSocketConstructor } from './connection/webSocketLike.ts';
import type { Contract, KindName, RequestAnswer, RequestName, RequestPayload, TopicId } from './contract.ts';
import type { TidingsContract } from './features/tidingsContract.ts';
import type { PositionKeeper } from './topics/positions.ts';
import type { Topic } from './topics/topic.ts';

/** What `createClient` takes: where the server is, where tokens come from, and what is to differ from the defaults. */
export interface ClientOptions {
  /** `wss://HOST/STAGE`. */
  readonly url: string;
  /** Brings a token: before each attempt, and with `force` when the last one was refused or ends soon. */
  readonly getToken: GetToken;
  /** Makes `status.reason` more exact where the WebSocket does not say why it could not connect: `askHealth('https://HOST')`. @default nobody is asked */
  readonly diagnose?: Diagnose;
  /** Node before 22 has none: give it that of the `ws` package. @default globalThis.WebSocket */
  readonly WebSocket?: WebSocketConstructor;
  /** What a request does while there is no connection. @default 'queue' */
  readonly offline?: 'queue' | 'fail';
  /** How many requests may wait for a connection; `Infinity`: all. @default 100 */
  readonly maxQueued?: number;
  /** How long an answer may take on an open connection, repeats included: milliseconds; `Infinity`: for ever. @default 30000 */
  readonly requestTimeoutMs?: number;
  /** Keeps positions while the app is not running: `webStoragePositions`, or `keepPositions` with a storage of your own. @default not at all */
  readonly positions?: PositionKeeper;
  /** What the server's features ask of their clients: how events change snapshots, and more. Without them a snapshot stays as the server gave it. @default none */
  readonly features?: readonly ClientFeature[];
  /** This device's or tab's own name, at most 40 characters; the beginning of each `ref`. @default a random one */
  readonly clientId?: string;
  /** What listeners throw. @default thrown where nobody catches it, so that it is reported as any other */
  readonly onError?: (error: unknown) => void;
  readonly clock?: Clock;
  /** Numbers from 0 to 1. @default Math.random */
  readonly random?: () => number;
  /** Whether there is a network and somebody looking. @default the browser's events */
  readonly signals?: Signals;
}

/** How one request is made. */
export interface RequestOptions {
  /** For an action on a topic: `room:lobby`. */
  readonly topic?: string;
  /** The idempotency key; give the `ref` of an error that left it open whether the request succeeded. */
  readonly ref?: string;
  /** Gives the answer up. What was sent may still succeed. */
  readonly signal?: AbortSignal;
  /** @default the client's own */
  readonly offline?: 'queue' | 'fail';
}

type Payloads<P> =
  Record<never, never> extends P
    ? [payload?: P, options?: RequestOptions]
    : [payload: P, options?: RequestOptions];

/** A client of one stage: its connection, its topics and its requests. */
export interface Client<C extends Contract = TidingsContract> {
  /** How it stands with the connection. */
  readonly status: Store<Status>;
  /** Opens the connection. Following a topic and making a request do so too. @throws TidingsError `bad_request`, if there is no WebSocket */
  connect(): void;
  /** Closes it for good; `connect` opens it again, with what was followed. Requests under way fail with `closed`. */
  close(): void;
  /** The same object for the same name. @throws TidingsError `bad_request` for a collection, such as `client:*`, that none of the `features` has */
  topic<K extends KindName<C>>(kind: K, ...id: TopicId<C, K>): Topic<C, K>;
  /**
   * Asks the server to do something, once, however often it has to be sent.
   *
   * @throws TidingsError the server's refusal; `timeout`, `offline`, `queue_full`, `closed`; `bad_request` and
   * `payload_too_large` also for what is not sent, since nobody could answer it;
   * `identity_mismatch`, if another user was signed in before it was answered.
   */
  request<N extends RequestName<C>>(
    action: N,
    ...rest: Payloads<RequestPayload<C, N>>
  ): Promise<RequestAnswer<C, N>>;
  /** Resolves with a pong: all that the server sent on this connection before is here. @throws TidingsError `offline` */
  ping(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: a client of one contract can be taken for that of no other but this.
type Any = any;

/**
 * What a feature's function takes: a client of whatever contract. What it asks for is known by name, and a server that
 * has not the feature refuses it.
 */
export type AnyClient<Part extends keyof Client = 'topic' | 'request' | 'status'> = Pick<Client<Any>, Part>;

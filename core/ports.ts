import type { MetricName } from './metrics.ts';

/**
 * The only interfaces between the core and the world. Each has an adapter for AWS and one in memory,
 * and both pass the same contract suite.
 */

/** The primary key of a row. All formats are in `keys.ts`. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** What an attribute may hold. A set of strings is written as a sorted array. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };

/** A row as it is stored: its key and its attributes. */
export type Row = Key & { readonly [attribute: string]: Value };

/**
 * What must hold of the row under a write's key, judged in the same instant as the write.
 * A comparison with an attribute that the row does not have is false.
 */
export type Condition =
  | { readonly is: 'absent' }
  | { readonly is: 'present' }
  | { readonly is: 'equal'; readonly attribute: string; readonly value: string | number | boolean }
  | { readonly is: 'below'; readonly attribute: string; readonly value: number }
  | { readonly is: 'any'; readonly of: readonly Condition[] }
  | { readonly is: 'all'; readonly of: readonly Condition[] };

/**
 * One write. `put` replaces the whole row. `update` makes the row if it is absent, sets and removes
 * whole attributes, and with `add` adds a number to a numeric attribute (absent counts as 0).
 * `check` writes nothing: it is only there for its condition, in a transaction.
 */
export type Write =
  | { readonly put: Row; readonly if?: Condition }
  | {
      readonly update: Key;
      readonly set?: { readonly [attribute: string]: Value };
      readonly remove?: readonly string[];
      readonly add?: { readonly [attribute: string]: number };
      readonly if?: Condition;
    }
  | { readonly delete: Key; readonly if?: Condition }
  | { readonly check: Key; readonly if: Condition };

/** The key of the row that a write is about. */
export function writeKey(write: Write): Key {
  if ('put' in write) return { pk: write.put.pk, sk: write.put.sk };
  const key = 'update' in write ? write.update : 'delete' in write ? write.delete : write.check;
  return { pk: key.pk, sk: key.sk };
}

/** How one write ended. `before` is the row as it was (absent: none), also when the condition failed. */
export type WriteOutcome = { readonly ok: boolean; readonly before?: Row };

/**
 * How a transaction ended.
 * - `committed`: every write is there.
 * - `refused`: nothing was written; `failed[i]` says whether the condition of write i failed, with the row
 *   that it failed on. Where a transaction meets both, a failed condition goes before a conflict.
 * - `conflict`: nothing was written, another transaction or a throttle was in the way: try again.
 * - `unknown`: no answer came. Send the identical transaction with the same token to learn the outcome.
 */
export type TransactOutcome =
  | { readonly outcome: 'committed' | 'conflict' | 'unknown' }
  | {
      readonly outcome: 'refused';
      readonly failed: ReadonlyMap<number, Row | undefined>;
    };

/** Rows of one partition, in the order of their sort keys. `from` and `to` are inclusive. */
export interface Range {
  readonly pk: string;
  readonly from?: string;
  readonly to?: string;
  /** Only sort keys that begin with this. Not together with `from` or `to`. */
  readonly prefix?: string;
  readonly descending?: boolean;
  /** At most this many rows a page. Without it, a page is what the database gives (1 MB). */
  readonly limit?: number;
  /** Read only these attributes (and the key). */
  readonly only?: readonly string[];
  /** Continue after this sort key. */
  readonly after?: string;
}

export interface Page {
  readonly rows: readonly Row[];
  /** Where the next page begins (give it as `after`); absent on the last page. */
  readonly next?: string;
}

/** One table, strongly consistent: every read sees every write that was acknowledged before it. */
export interface Table {
  get(key: Key): Promise<Row | undefined>;
  /** Reads up to 100 rows as they were in one single instant, in the order of the keys. */
  getTogether(keys: readonly Key[]): Promise<readonly (Row | undefined)[]>;
  query(range: Range): Promise<Page>;
  write(write: Write): Promise<WriteOutcome>;
  /** Up to 100 writes on different rows, all or none. `token` (at most 36 characters) makes a repeat harmless for 10 minutes. */
  transact(writes: readonly Write[], token: string): Promise<TransactOutcome>;
  /**
   * The same table, which tries nothing again after this time (milliseconds since 1970). Absent where it never tries
   * anything again.
   */
  readonly until?: (deadline: number) => Table;
}

/** Sockets vanish all the time, so `gone` is an answer and not an exception. `behind`: try later. */
export type Delivery = 'delivered' | 'gone' | 'behind';

/** The open sockets, by connection id. */
export interface Sockets {
  /** Sends one text frame. Throws only on what is neither of the three (a missing right, no network). */
  post(connectionId: string, frame: string): Promise<Delivery>;
  /** Closes the socket. `gone`: it was not open. */
  close(connectionId: string): Promise<'closed' | 'gone'>;
  /** Whether the socket is open. A connection still inside its handshake looks gone. */
  probe(connectionId: string): Promise<'open' | 'gone'>;
}

/** A queue with at-least-once delivery and no order. */
export interface Queue {
  /** `delayMs` is rounded up to whole seconds, at most 15 minutes. A body is at most 256 KB of JSON. */
  send(bodies: readonly (Value | object)[], delayMs?: number): Promise<void>;
}

/** An event as other services get it. */
export interface OutgoingEvent {
  readonly source: string;
  readonly type: string;
  readonly detail: object;
}

/** Whether the event bus took an event. `refused`: it never will. `later`: another try may succeed. */
export type PutOutcome =
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'refused' | 'later'; readonly because: Error };

/** The event bus that other services listen to. It delivers at least once and keeps no order. */
export interface EventBus {
  /**
   * Hands over events one after the other, and stops soon after one that has to be tried again.
   *
   * @returns what became of each, in their order.
   */
  put(events: readonly OutgoingEvent[]): Promise<readonly PutOutcome[]>;
}

/** A verified token's claims, before anything of Tidings is read from them. */
export interface Claims {
  readonly [claim: string]: unknown;
}

/** What a token failed at. `token`: it is none; `expiry`: it is over; `time`: `exp`, `nbf` or `iat` is absurd or to come. */
export type TokenCheck =
  | 'token'
  | 'algorithm'
  | 'issuer'
  | 'key'
  | 'signature'
  | 'audience'
  | 'token-use'
  | 'expiry'
  | 'time';

/** Judges tokens. `refused` is the first check that failed, and carries no text of the token. */
export interface TokenVerifier {
  verify(token: string): Promise<{ readonly claims: Claims } | { readonly refused: TokenCheck }>;
}

/** Time and chance, so that tests can hold both. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after that many milliseconds. After the signal nobody waits any more: it may then resolve early. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** An id that is never repeated: 22 letters, digits, `-` and `_`. */
  id(): string;
}

/** What was being done when the unexpected happened. */
export interface About {
  readonly requestId: string;
  readonly what: string;
  /** The id of the job or the answer that it was, which its user knows too. */
  readonly workId?: string;
}

/** Where the unexpected is written down, once. */
export interface Reporter {
  /** Must write the error's name, message and stack, and nothing else of it: other fields may hold bodies. */
  report(error: unknown, about: About): void;
}

/** Figures of what happens, for whoever runs the stage. */
export interface Metrics {
  /** Adds to a figure of this invocation. @param by the value that it is split by, where it is */
  add(metric: MetricName, value: number, by?: string): void;
  /** An invocation is done: what was added is its. */
  flush(): void;
}

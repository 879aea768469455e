/** How it stands with the connection. A new object at each change, and only then. */
export interface Status {
  /**
   * `idle`: nothing was asked for yet. `connecting`: an attempt is under way. `open`: frames come and go.
   * `waiting`: the next attempt is at `retryAt`. `closed`: by the app, or by a server that said `never`.
   */
  readonly state: 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';
  /** How many attempts have failed since the connection was last open. */
  readonly attempt: number;
  /** Why the last connection or attempt ended, in words for a log; absent while all is well. */
  readonly reason?: string | undefined;
  /** What `getToken` threw, where that is why. */
  readonly cause?: unknown;
  /** The code of a `disconnect` frame (PROTOCOL.md 2.7), where one said why. */
  readonly code?: number | undefined;
  /** When the next attempt is due: milliseconds since 1970 on this machine's clock. */
  readonly retryAt?: number;
  /** Whose connection it is, while it is open. */
  readonly session?: Session | undefined;
}

/** Whose connection it is, as the server sees it. */
export interface Session {
  readonly connectionId: string;
  readonly userId: string;
  readonly tenant: string;
  readonly roles: readonly string[];
}

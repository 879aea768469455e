import type { RateLimiter } from './api/rateLimit.ts';
import type { App } from './app.ts';
import type { HeadCache } from './log/headCache.ts';
import type { Clock, Queue, Random, Reporter, Sockets, Table, TokenVerifier } from './ports.ts';
import type { Settings } from './settings.ts';

/** All that the core works with. A function takes the whole or names the parts that it uses. */
export interface Runtime {
  /** What the features add up to. */
  readonly app: App;
  readonly settings: Settings;
  readonly table: Table;
  readonly sockets: Sockets;
  readonly queue: Queue;
  /** Where work is put that takes longer than an answer may, by the queue's name. */
  readonly work: Readonly<Record<string, Queue>>;
  readonly tokens: TokenVerifier;
  readonly clock: Clock;
  /** After this a request tries nothing again: milliseconds since 1970. Absent: what is tried has its own three seconds. */
  readonly deadline?: number;
  readonly random: Random;
  readonly reporter: Reporter;
  readonly headCache: HeadCache;
  readonly rates: RateLimiter;
  /** The searches for due rows whose beginning this environment knows to be written. */
  readonly begun: Set<string>;
}

import type { RateLimiter } from './api/rateLimit.ts';
import type { App } from './app.ts';
import type { Change } from './log/change.ts';
import type { HeadCache } from './log/headCache.ts';
import type { RequestKey } from './log/request.ts';
import type { Clock, Metrics, Queue, Random, Reporter, Sockets, Table, TokenVerifier } from './ports.ts';
import type { Settings } from './settings.ts';

/** What an environment remembers of those who follow all topics of a kind as one. */
export interface LastSent {
  /** When it last published for them. */
  readonly at: number;
  /** When it last found that others do, too. */
  readonly busyAt?: number;
  /** Their connections, as they were then. */
  readonly followers: readonly string[];
}

/** Everything that the core works with. A function takes all of it, or names the parts that it uses. */
export interface Runtime {
  /** The app, put together from its features. */
  readonly app: App;
  readonly settings: Settings;
  readonly table: Table;
  readonly sockets: Sockets;
  readonly queue: Queue;
  /** The queues for work that takes longer than an answer may, by name. */
  readonly work: Readonly<Record<string, Queue>>;
  readonly tokens: TokenVerifier;
  readonly clock: Clock;
  /**
   * The deadline for all retries of one piece of work: milliseconds since 1970. Absent: each has three seconds of
   * its own.
   */
  readonly deadline?: number;
  readonly random: Random;
  readonly reporter: Reporter;
  readonly metrics: Metrics;
  /**
   * Takes a change in place of committing it: where the gatherer repeats the request of another environment to learn
   * what it would change. It never ends.
   */
  readonly handOver?: (request: RequestKey, change: Change<unknown>) => Promise<never>;
  /** The request that work is done for, to find all that belongs together in the logs. Absent: for none. */
  readonly requestId?: string;
  readonly headCache: HeadCache;
  readonly rates: RateLimiter;
  /** For whom this environment last published who follow all topics of a kind as one, by their partition. */
  readonly lastSent: Map<string, LastSent>;
  /** The searches for what 0.1.0 left that have nothing more to find. */
  readonly formerRowsOver: Set<string>;
}

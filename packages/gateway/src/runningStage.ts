import type { AuthorizeManagement, OnError, OnHandshake } from './api/api.ts';
import type { CompiledApi } from './api/compiledApi.ts';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Quotas } from './quotas.ts';
import type { Connection } from './socket/connection.ts';
import type { Unknowns } from './unknowns.ts';

/** What all parts of a running gateway share. */
export interface RunningStage {
  /** Replaced as a whole by `replaceApi`; read it anew for each event. */
  compiled: CompiledApi;
  readonly clock: Clock;
  readonly quotas: Quotas;
  readonly unknowns: Unknowns;
  readonly faults: Faults;
  readonly onError: OnError;
  readonly onHandshake: OnHandshake;
  readonly authorizeManagement: AuthorizeManagement;
  /** Open connections; one that is still inside `$connect` is not among them. */
  readonly connections: Map<string, Connection>;
  /** Takes one request out of the account's budget, which messages and posts share. */
  takeRequest(): boolean;
  takeConnect(): boolean;
  /** Work that `close` waits for. */
  readonly underWay: Set<Promise<void>>;
  /** Called at `close`: a `$disconnect` that a fault has put off is then dropped. */
  readonly cancelAtClose: Set<() => void>;
  closed: boolean;
  posts: number;
  /** Text messages. */
  received: number;
  sent: number;
}

/** Starts work that nobody awaits; `close` waits for it, and what it throws is reported. */
export function background(stage: RunningStage, what: string, work: () => Promise<void>): void {
  const running = work().catch((cause: unknown) => stage.onError(what, cause));
  stage.underWay.add(running);
  running.finally(() => stage.underWay.delete(running)).catch(() => undefined);
}

import type { EventBus } from '../deployed/eventBus.ts';
import type { Publication } from './publication.ts';
import type { ServerContract } from './serverContract.ts';
import type { SocketLine } from './socketLine.ts';

/** A stack as it is visited: what is known of it, and what was found on the way. */
export interface Visit {
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** Sentences to go by, where the stack is on this machine. */
  readonly isLocal: boolean;
  /** How long an answer or an event is waited for. */
  readonly waitMs: number;
  /** The release of this program. */
  readonly release: string;
  now(): number;
  /** Tokens of a user of the same tenant: the caller, then others where there are any. */
  token(user: number): Promise<string | undefined>;
  /** @throws NotThere where there is no way to it */
  eventBus(): Promise<EventBus>;
  /** What was asked for in the place of what is usual. */
  readonly asked: { readonly publication?: Publication; readonly presence?: string };
  /** Connections are closed with the visit. */
  readonly open: SocketLine[];
  found: Found;
}

/** Each part is there once the check has passed that finds it. */
export interface Found {
  contract?: ServerContract;
  token?: string;
  line?: SocketLine;
  second?: SocketLine;
  /** What the server says of the caller. */
  who?: { readonly userId: string; readonly tenant: string; readonly connectionsPerUser: number };
  publication?: Publication;
  topic?: string;
}

/** @throws Error where a check was run without what it needs */
export function known<K extends keyof Found>({ found }: Visit, part: K): NonNullable<Found[K]> {
  const value = found[part];
  if (value === undefined) throw new Error(`nothing has found the ${part} yet`);
  return value;
}

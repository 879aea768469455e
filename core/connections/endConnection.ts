import { type DisconnectCode, type DisconnectPayload, disconnectRules } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Condition } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import {
  asConnection,
  type Connection,
  isOpen,
  subscriberKey,
  tombstoneSeconds,
  topicAttribute,
} from './connections.ts';
import { presenceChanged } from './presenceChanged.ts';
import { slotRelease } from './slot.ts';

/** How a connection ends. */
export interface End {
  /** Why: it is told so before it is closed. Absent where it was told, or nobody is there any more. */
  readonly code?: DisconnectCode;
  /** What must hold of the open connection, besides, for it to be told and ended. */
  readonly only?: Condition;
  /** `gone`: there is nothing to close. @default 'open' */
  readonly socket?: 'open' | 'gone';
  /** Also what another one began and may not have finished: for those who come once, `$disconnect` and the reaper. */
  readonly insist?: boolean;
}

type Parts = Pick<Runtime, 'table' | 'clock' | 'random' | 'queue' | 'reporter'>;
/** `$disconnect`, after which there is no socket, comes without any. */
type EndParts = Parts & Partial<Pick<Runtime, 'sockets'>>;

/**
 * Ends a connection for good, however its end was found out: it is told why, its socket is closed, its rows go, its
 * slot after the socket, and those who followed topics with it hear of it. Harmless any number of times.
 *
 * @returns `kept` when it was not, or not any more, as `only` says.
 */
export async function endConnection(
  runtime: EndParts,
  connectionId: string,
  { code, only, socket = 'open', insist = false }: End,
): Promise<'ended' | 'kept'> {
  const { table, sockets } = runtime;
  if (sockets && code !== undefined) {
    const marked = await markClosing(runtime, connectionId, only);
    if (marked) await sayWhy({ ...runtime, sockets }, connectionId, code);
    else if (only) return 'kept';
  }
  if (socket === 'open') await sockets?.close(connectionId);
  const connection = await removeRows(runtime, connectionId, insist);
  if (!connection) return 'ended';
  // While its topics stand in the row, whoever comes later has the others told.
  const isTold = await presenceChanged(runtime, connection, connection.presentIn);
  const { topics } = connection;
  if (!isTold || topics.length === 0) return 'ended';
  // Whoever comes later, as the reaper does, finds nothing to do.
  await table.write({ update: keys.connection(connectionId), remove: topics.map(topicAttribute) });
  return 'ended';
}

/** Marks an open connection as closing, so that it counts for nothing any more. @returns whether it was marked. */
async function markClosing({ table }: Parts, connectionId: string, only?: Condition): Promise<boolean> {
  const { ok, before } = await table.write({
    update: keys.connection(connectionId),
    set: { state: 'closing' },
    if: only ? { is: 'all', of: [isOpen, only] } : isOpen,
  });
  // A mark that was written unheard, and is repeated by the SDK, finds itself.
  return ok || before?.state === 'closing';
}

/**
 * The socket itself always closes with 1000, for API Gateway offers no other code. A courtesy: it is closed whether
 * the client hears why or not.
 */
async function sayWhy(
  { sockets, reporter }: Pick<Runtime, 'sockets' | 'reporter'>,
  connectionId: string,
  code: DisconnectCode,
): Promise<void> {
  const { reconnect, documentation: reason } = disconnectRules[code];
  const payload: DisconnectPayload = {
    code,
    reason,
    reconnect,
    ...(reconnect === 'backoff' && { retryAfterMs: 5000 }),
  };
  await sockets
    .post(connectionId, JSON.stringify({ type: 'disconnect', payload }))
    .catch((error: unknown) =>
      reporter.report(error, { requestId: connectionId, what: 'telling why a connection ends' }),
    );
}

/** Whoever began to take a connection out of everything is given this long; after that another does it. */
const leavingMs = 60_000;

/**
 * Takes an ended connection out of everything that it is part of. Harmless in any order and any number of
 * times, and before its `$connect` too: the tombstone makes that one refuse. Many find the same end at once, so
 * only the first does it, unless it did not come to an end.
 *
 * @param insist does it whoever else is at it.
 * @returns the connection as it was, if it was ours to end.
 */
async function removeRows(
  { table, clock, random }: Parts,
  connectionId: string,
  insist: boolean,
): Promise<Connection | undefined> {
  const key = keys.connection(connectionId);
  const nowMs = clock.now();
  const closedBy = random.id();
  const { ok, before } = await table.write({
    update: key,
    set: { state: 'closed', closedAt: nowMs, closedBy, ttl: Math.ceil(nowMs / 1000) + tombstoneSeconds },
    ...(!insist && { if: isNobodysToEnd(nowMs, closedBy) }),
  });
  const connection = ok ? asConnection(before) : undefined;
  if (!connection) return undefined;
  const { topics } = connection;
  await Promise.all(topics.map((topic) => table.write({ delete: subscriberKey(connection, topic) })));
  await table.write(slotRelease(connection));
  return connection;
}

const isNobodysToEnd = (nowMs: number, ourMark: string): Condition => ({
  is: 'any',
  of: [
    { is: 'absent' },
    isOpen,
    { is: 'equal', attribute: 'state', value: 'closing' },
    { is: 'below', attribute: 'closedAt', value: nowMs - leavingMs },
    // A mark that was written unheard, and is repeated by the SDK, finds itself.
    { is: 'equal', attribute: 'closedBy', value: ourMark },
  ],
});

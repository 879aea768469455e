import { type DisconnectCode, type DisconnectPayload, disconnectRules } from '@tidings/protocol';
import { withDeadline } from '../deadline.ts';
import { keys } from '../keys.ts';
import type { Condition } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { asConnection, type Connection, isOpen, isOpening, tombstoneSeconds } from './connections.ts';
import { expiryDone, recheckWrite } from './expiry.ts';
import { presenceChanged } from './presenceChanged.ts';
import { slotRelease } from './slot.ts';
import { subscriberKey } from './subscriber.ts';

/** How a connection ends. */
export interface End {
  /**
   * Why it ends, sent to the client before the socket is closed. Absent where the client knows, or is gone.
   */
  readonly code?: DisconnectCode;
  /** A condition that the open connection must also meet, or it is kept. */
  readonly only?: Condition;
  /** `gone`: there is nothing to close. @default 'open' */
  readonly socket?: 'open' | 'gone';
  /**
   * The connection may still be inside its handshake, where API Gateway calls it gone although it is about to
   * open. Then its rows and its slot stay until the reaper has closed it.
   */
  readonly mayBeOpening?: boolean;
  /**
   * Repeats what another function has begun and may not have finished. For callers that come once:
   * `$disconnect` and the reaper.
   */
  readonly force?: boolean;
}

type Parts = Pick<Runtime, 'table' | 'clock' | 'deadline' | 'random' | 'queue' | 'reporter'>;
/** Without `sockets` for `$disconnect`, after which there is no socket. */
type EndParts = Parts & Partial<Pick<Runtime, 'sockets'>>;

/**
 * Ends a connection for good, whatever the reason: sends the client the reason, closes the socket, deletes
 * the connection's rows, then frees its slot, and queues presence updates. It may be repeated without harm.
 *
 * @returns `kept` when it was not, or not any more, as `only` says.
 */
export async function endConnection(
  parts: EndParts,
  connectionId: string,
  { code, only, socket = 'open', mayBeOpening = false, force = false }: End,
): Promise<'ended' | 'kept'> {
  const runtime = withDeadline(parts);
  const { table, sockets, clock } = runtime;
  if (sockets && code !== undefined) {
    const marked = await markClosing(runtime, connectionId, only);
    if (marked) await sendCloseReason({ ...runtime, sockets }, connectionId, code);
    else if (only) return 'kept';
  }
  const closed = socket === 'open' && (await sockets?.close(connectionId));
  if (closed === 'gone' && mayBeOpening) {
    await table.write(recheckWrite(connectionId, clock.now()));
    return 'ended';
  }
  const connection = await removeRows(runtime, connectionId, { force });
  if (!connection) return 'ended';
  const isQueued = await presenceChanged(runtime, connection, connection.presentIn);
  // Whatever is not done, or may yet be written by its `$connect`, is left to the reaper, which finds this row.
  if (isQueued && !isOpening(connection, clock.now())) await table.write(expiryDone(connection));
  return 'ended';
}

/**
 * Marks an open connection as closing, so that it no longer counts as open.
 *
 * @returns whether it was marked.
 */
async function markClosing({ table }: Parts, connectionId: string, only?: Condition): Promise<boolean> {
  const { ok, before } = await table.write({
    update: keys.connection(connectionId),
    set: { state: 'closing' },
    if: only ? { is: 'all', of: [isOpen, only] } : isOpen,
  });
  // If the SDK repeats a write whose answer was lost, it meets its own row, which counts as success.
  return ok || before?.state === 'closing';
}

/**
 * Sends the client the reason. The close code is always 1000, as API Gateway offers no other. If this fails,
 * the socket is closed all the same.
 */
async function sendCloseReason(
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

/** A function that began to remove a connection has this long to finish. After that, another may do it. */
const endTimeoutMs = 60_000;

/**
 * Removes the rows of an ended connection. The order does not matter, and it may be repeated without harm. It
 * may come before `$connect`, which the tombstone then refuses. Several functions may find the same end at
 * once: only the first removes the rows, and another one repeats it if the first did not finish.
 *
 * @param force does it even if another function has begun.
 * @returns the connection as it was, if this call removed it.
 */
async function removeRows(
  { table, clock, random }: Parts,
  connectionId: string,
  { force }: { readonly force: boolean },
): Promise<Connection | undefined> {
  const key = keys.connection(connectionId);
  const nowMs = clock.now();
  const closedBy = random.id();
  const { ok, before } = await table.write({
    update: key,
    set: { state: 'closed', closedAt: nowMs, closedBy, ttl: Math.ceil(nowMs / 1000) + tombstoneSeconds },
    ...(!force && { if: isUnclaimed(nowMs, closedBy) }),
  });
  const connection = ok ? asConnection(before) : undefined;
  if (!connection) return undefined;
  const { topics } = connection;
  await Promise.all(topics.map((topic) => table.write({ delete: subscriberKey(connection, topic) })));
  await table.write(slotRelease(connection));
  return connection;
}

const isUnclaimed = (nowMs: number, ourMark: string): Condition => ({
  is: 'any',
  of: [
    { is: 'absent' },
    isOpen,
    { is: 'equal', attribute: 'state', value: 'closing' },
    { is: 'below', attribute: 'closedAt', value: nowMs - endTimeoutMs },
    // If the SDK repeats a write whose answer was lost, it meets its own row, which counts as success.
    { is: 'equal', attribute: 'closedBy', value: ourMark },
  ],
});

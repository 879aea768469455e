import { keys } from '../keys.ts';
import type { Condition, Write } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import {
  asConnection,
  type Connection,
  isOpen,
  subscriberKey,
  tombstoneSeconds,
  topicAttribute,
} from './connections.ts';

/** Whoever began to take a connection out of everything is given this long; after that another does it. */
const leavingMs = 60_000;

/**
 * Takes an ended connection out of everything that it is part of. Harmless in any order and any number of
 * times, and before its `$connect` too: the tombstone makes that one refuse. Many find the same end at once, so
 * only the first does it, unless it did not come to an end.
 *
 * @param insist does it whoever else is at it: for those who come once, `$disconnect` and the reaper.
 * @returns the connection as it was, if it was ours to end.
 */
export async function forget(
  { table, clock, random }: Pick<Runtime, 'table' | 'clock' | 'random'>,
  connectionId: string,
  { insist = false } = {},
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

/** Takes the topics out of an ended connection's row: whoever comes later, as the reaper does, finds nothing to do. */
export async function forgetTopics(
  { table }: Pick<Runtime, 'table'>,
  { connectionId, topics }: Connection,
): Promise<void> {
  if (topics.length === 0) return;
  await table.write({ update: keys.connection(connectionId), remove: topics.map(topicAttribute) });
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

/** Frees a connection's slot, if it is still its own and not another's by now. */
export function slotRelease({
  principal,
  slot,
  connectionId,
}: Pick<Connection, 'principal' | 'slot' | 'connectionId'>): Write {
  return {
    delete: keys.slot(principal.tenant, principal.userId, slot),
    if: { is: 'equal', attribute: 'connectionId', value: connectionId },
  };
}

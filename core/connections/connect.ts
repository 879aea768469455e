import { wireTopic } from '@tidings/protocol';
import { withDeadline } from '../deadline.ts';
import type { Condition } from '../ports.ts';
import type { Principal } from '../principal.ts';
import type { Refused } from '../refusal.ts';
import type { Runtime } from '../runtime.ts';
import { settleAll } from '../settleAll.ts';
import { hasPresence } from '../topics.ts';
import { type Choice, feedsFor } from './choice.ts';
import {
  asConnection,
  type Connection,
  connectionRow,
  leaseMs,
  openingMs,
  readConnection,
} from './connections.ts';
import { endConnection } from './endConnection.ts';
import { expiryDone, expiryWrite } from './expiry.ts';
import { presenceChanged } from './presenceChanged.ts';
import { isRevoked } from './revocation.ts';
import { readSlots, slotRelease, toSlotRow } from './slot.ts';
import { subscriberKey, subscriberRow } from './subscriber.ts';

/** How a handshake ends: with the connection, or with the status that refuses it. */
export type Connected = { readonly connection: Connection } | Refused<403 | 429>;

/**
 * Opens a connection: takes one of the user's slots by a conditional write (a counter would drift, and could
 * be passed by two at once), then writes the connection with the feeds that it wants.
 */
export async function connect(
  parts: Runtime,
  connectionId: string,
  principal: Principal,
  choice: Choice = { batch: false },
): Promise<Connected> {
  const runtime = withDeadline(parts);
  const { clock } = runtime;
  const connectedAt = clock.now();
  const leaseExpiresAt = connectedAt + leaseMs;
  const slot = await takeSlot(runtime, { connectionId, principal, connectedAt, leaseExpiresAt });
  if (slot === undefined) return { refused: 429, check: 'connections' };
  const feeds = feedsFor(runtime.app, principal, choice);
  const connection: Connection = {
    connectionId,
    principal,
    state: 'open',
    connectedAt,
    leaseExpiresAt,
    slot,
    topics: feeds,
    ...(choice.feeds && { feeds: feeds.map(wireTopic).filter((name) => choice.feeds?.includes(name)) }),
    batch: choice.batch,
    presentIn: feeds.filter((feed) => hasPresence(runtime.app, feed)),
    rights: 0,
    changes: 0,
    resyncUntil: 0,
  };
  const release = async () => {
    // With a deadline of its own, as the rows may have taken all the time there was.
    const own = withDeadline(parts);
    // The socket may already be gone (its `$disconnect` came first), or the token is void: leave nothing behind.
    try {
      // Where another function has ended it, that may have been before our last row, which it then left. The connection's
      // row may not tell any more which those are.
      await settleAll([
        endConnection(own, connectionId, { socket: 'gone' }),
        ...feeds.map((feed) => own.table.write({ delete: subscriberKey(connection, feed) })),
      ]);
      await presenceChanged(own, connection, connection.presentIn);
    } finally {
      await own.table.write(slotRelease(connection));
    }
  };
  const refusal = await open(runtime, connection).catch(async (error) => {
    await release();
    throw error;
  });
  if (!refusal) {
    runtime.metrics.add('Connects', 1);
    return { connection };
  }
  await release();
  return refusal;
}

/**
 * Writes the rows, each by itself, since a transaction costs twice as much. Their order makes up for it: the row by
 * which the reaper finds the connection, then the connection, which lists its feeds, then those. So a function that
 * dies in between leaves nothing that is not found.
 *
 * Only then is read whether the connection has ended meanwhile, or its token was revoked: an end that the answer does
 * not know comes later, and finds all rows. As conditions of writes they would have the connects of one user cancel each other.
 */
async function open(runtime: Runtime, connection: Connection): Promise<Refused<403> | undefined> {
  const { app, table } = runtime;
  const { connectionId, connectedAt, principal, topics } = connection;
  await table.write(expiryWrite(connection));
  const { ok, before } = await table.write({ put: connectionRow(app, connection), if: { is: 'absent' } });
  // If the SDK repeats a write whose answer was lost, it meets its own row, which counts as success.
  if (!ok && asConnection(before)?.connectedAt !== connectedAt) {
    await table.write(expiryDone(connection));
    return { refused: 403, check: 'closed' };
  }
  await settleAll(topics.map((topic) => table.write({ put: subscriberRow(connection, topic) })));
  const [current, isVoid] = await settleAll([
    readConnection(table, connectionId),
    isRevoked(runtime, principal),
  ]);
  if (isVoid) return { refused: 403, check: 'revoked' };
  return current?.state === 'open' ? undefined : { refused: 403, check: 'closed' };
}

/** Who wants a slot, since when and until when. */
interface SlotRequest {
  readonly connectionId: string;
  readonly principal: Principal;
  readonly connectedAt: number;
  readonly leaseExpiresAt: number;
}

async function takeSlot(runtime: Runtime, request: SlotRequest): Promise<number | undefined> {
  const { table, clock, settings, random } = runtime;
  const slots = await readSlots(table, request.principal);
  const now = clock.now();
  const held = slots.filter(({ leaseExpiresAt }) => leaseExpiresAt > now);
  const taken = new Set(held.map(({ number }) => number));
  const isOver = { is: 'below', attribute: 'leaseExpiresAt', value: now } as const;
  const max = settings.limits.connectionsPerUser;
  const first = Math.floor(random.fraction() * max);
  for (let step = 0; step < max; step++) {
    const slot = (first + step) % max;
    if (taken.has(slot)) continue;
    if (await claim(runtime, request, slot, isOver)) return slot;
  }
  const old = held
    .filter(({ since, number }) => since < now - openingMs && number < max)
    .sort((a, b) => a.since - b.since);
  for (const { connectionId: holder, number } of old) {
    if (!(await freeSlot(runtime, holder))) continue;
    const isStillTheirs = { is: 'equal', attribute: 'connectionId', value: holder } as const;
    if (await claim(runtime, request, number, isStillTheirs)) return number;
  }
  return undefined;
}

/** Takes a slot that is nobody's, or that is as the condition says. */
async function claim(
  { table }: Runtime,
  { connectionId, principal, connectedAt, leaseExpiresAt }: SlotRequest,
  slot: number,
  condition: Condition,
): Promise<boolean> {
  const put = toSlotRow(principal, { number: slot, connectionId, since: connectedAt, leaseExpiresAt });
  // If the SDK repeats a write whose answer was lost, it meets its own row, which counts as success.
  const isOurs = { is: 'equal', attribute: 'connectionId', value: connectionId } as const;
  try {
    return (await table.write({ put, if: { is: 'any', of: [{ is: 'absent' }, condition, isOurs] } })).ok;
  } catch (error) {
    // It may be ours all the same, and nobody else knows of it. What cannot be given back now goes with its lease.
    await table.write(slotRelease({ principal, slot, connectionId })).catch(() => {});
    throw error;
  }
}

/** Whether an old connection's slot may be taken: it is gone and nobody said so, or the policy is to close it. */
async function freeSlot(runtime: Runtime, connectionId: string): Promise<boolean> {
  const { sockets, settings } = runtime;
  if (settings.limitPolicy === 'evict-oldest') await endConnection(runtime, connectionId, { code: 4409 });
  else if ((await sockets.probe(connectionId)) === 'open') return false;
  else await endConnection(runtime, connectionId, { socket: 'gone' });
  return true;
}

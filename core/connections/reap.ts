import type { Row } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { forEachDueMinute, minuteMs } from '../work/dueMinutes.ts';
import { type Connection, readConnection } from './connections.ts';
import { type End, endConnection } from './endConnection.ts';
import { endsAt, expiries } from './expiry.ts';

/**
 * Ends the connections whose time is over: `$disconnect` is best effort, and tokens expire on open sockets.
 *
 * @returns how many connections were ended.
 */
export async function reap(runtime: Runtime): Promise<number> {
  let ended = 0;
  await forEachDueMinute(runtime, expiries, async (row, minute) => {
    const outcome = await reapOne(runtime, row, minute);
    if (outcome === 'ended') ended++;
    return outcome !== 'unfinished';
  });
  return ended;
}

type Outcome = 'ended' | 'unfinished' | 'renewed';

/** One connection that cannot be ended now is left to the next run, and keeps no other from its end. */
async function reapOne(runtime: Runtime, row: Row, minute: number): Promise<Outcome> {
  try {
    return await tryToReap(runtime, row, minute);
  } catch (error) {
    const requestId = row.connectionId as string;
    runtime.reporter.report(error, { requestId, what: 'closing an expired connection' });
    return 'unfinished';
  }
}

/** The expiry row goes last: a crash before it brings all of this again. */
async function tryToReap(runtime: Runtime, row: Row, minute: number): Promise<Outcome> {
  const { table, clock } = runtime;
  const connectionId = row.connectionId as string;
  const connection = await readConnection(table, connectionId);
  const now = clock.now();
  if (connection?.state === 'open' && endsAt(connection) > now) {
    if (Math.floor(endsAt(connection) / minuteMs) === minute) return 'unfinished';
    await table.write({ delete: row });
    return 'renewed';
  }
  const end: End = {
    ...(connection?.state === 'open' ? whyItEnds(connection, now) : !connection && { socket: 'gone' }),
    insist: true,
  };
  if ((await endConnection(runtime, connectionId, end)) === 'kept') return 'unfinished';
  await table.write({ delete: row });
  return 'ended';
}

/** What it is told, and what must still hold: its token may be renewed in this very moment. */
function whyItEnds({ principal }: Connection, now: number): End {
  const tokenIsOver = principal.expiresAt <= now;
  const attribute = tokenIsOver ? 'expiresAt' : 'leaseExpiresAt';
  return { code: tokenIsOver ? 4401 : 4503, only: { is: 'below', attribute, value: now + 1 } };
}

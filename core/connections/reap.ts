import type { Row } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { forEachDueMinute, minuteMs } from '../work/dueMinutes.ts';
import { type Connection, readConnection } from './connections.ts';
import { depart } from './depart.ts';
import { endsAt, expiries } from './expiry.ts';
import { sayGoodbye } from './goodbye.ts';

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

/** The slot goes after the socket is known to be closed, and the expiry row last: a crash before it brings all of this again. */
async function tryToReap(runtime: Runtime, row: Row, minute: number): Promise<Outcome> {
  const { table, clock, sockets } = runtime;
  const connectionId = row.connectionId as string;
  const connection = await readConnection(table, connectionId);
  const now = clock.now();
  if (connection?.state === 'open' && endsAt(connection) > now) {
    if (Math.floor(endsAt(connection) / minuteMs) === minute) return 'unfinished';
    await table.write({ delete: row });
    return 'renewed';
  }
  if (connection?.state === 'open' && !(await endOpen(runtime, connection))) return 'unfinished';
  if (connection) await sockets.close(connectionId);
  await depart(runtime, connectionId, { insist: true });
  await table.write({ delete: row });
  return 'ended';
}

/** Says why before it closes. Refused when the token was renewed in this very moment. */
function endOpen(runtime: Runtime, connection: Connection): Promise<boolean> {
  const now = runtime.clock.now();
  const tokenIsOver = connection.principal.expiresAt <= now;
  return sayGoodbye(runtime, connection.connectionId, tokenIsOver ? 4401 : 4503, {
    is: 'below',
    attribute: tokenIsOver ? 'expiresAt' : 'leaseExpiresAt',
    value: now + 1,
  });
}

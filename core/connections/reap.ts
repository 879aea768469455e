import { withDeadline } from '../deadline.ts';
import type { Row } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { CheckOutcome } from '../work/check.ts';
import { forEachDueRow } from '../work/dueRows.ts';
import { type Connection, readConnection } from './connections.ts';
import { type End, endConnection } from './endConnection.ts';
import { endsAt, expiries, expiringConnection, isExpiryOf } from './expiry.ts';

/**
 * Ends expired connections: `$disconnect` is best effort, and tokens expire on open sockets.
 *
 * @returns how many connections were ended.
 */
export const reap = (runtime: Runtime): Promise<number> =>
  forEachDueRow(runtime, expiries, (row) => endOverdue(runtime, row));

/** The expiry row is deleted last, so that all of this is repeated after a crash. */
async function endOverdue(parts: Runtime, row: Row): Promise<CheckOutcome> {
  const runtime = withDeadline(parts);
  const { table, clock } = runtime;
  const connectionId = expiringConnection(row);
  const connection = await readConnection(table, connectionId);
  const now = clock.now();
  if (connection?.state === 'open' && endsAt(connection) > now) {
    if (isExpiryOf(connection, row)) return 'left';
    await table.write({ delete: row });
    return 'settled';
  }
  const end: End = {
    ...(connection?.state === 'open' ? whyItEnds(connection, now) : !connection && { socket: 'gone' }),
    force: true,
  };
  if ((await endConnection(runtime, connectionId, end)) === 'kept') return 'left';
  await table.write({ delete: row });
  return 'done';
}

/** The close code, and a condition that must still hold, as its token may be renewed at this moment. */
function whyItEnds({ principal }: Connection, now: number): End {
  const tokenIsOver = principal.expiresAt <= now;
  const attribute = tokenIsOver ? 'expiresAt' : 'leaseExpiresAt';
  return { code: tokenIsOver ? 4401 : 4503, only: { is: 'below', attribute, value: now + 1 } };
}

import { type Connection, readConnection } from './connections.ts';
import { depart } from './depart.ts';
import { endsAt, minuteMs } from './expiry.ts';
import { sayGoodbye } from './goodbye.ts';
import { keys } from './keys.ts';
import type { Row } from './ports.ts';
import type { Runtime } from './runtime.ts';

/** No connection lives longer than this, so a first run need not look further back. */
const farthestBackMinutes = 180;

/**
 * Ends the connections whose time is over: `$disconnect` is best effort, and tokens expire on open sockets.
 * It reads every minute that it has not finished, so a run that died is made good by the next.
 *
 * @returns how many connections were ended.
 */
export async function reap(runtime: Runtime): Promise<number> {
  const { table, clock } = runtime;
  const thisMinute = Math.floor(clock.now() / minuteMs);
  const progress = await table.get(keys.reaped());
  let minute = (progress?.unfinished as number | undefined) ?? thisMinute - farthestBackMinutes;
  let ended = 0;
  let finished = true;
  for (; minute <= thisMinute; minute++) {
    const left = await reapMinute(runtime, minute);
    ended += left.ended;
    finished &&= left.unfinished === 0 && minute < thisMinute;
    if (finished) await table.write({ put: { ...keys.reaped(), unfinished: minute + 1 } });
  }
  return ended;
}

type Outcome = 'ended' | 'unfinished' | 'renewed';

async function reapMinute(runtime: Runtime, minute: number): Promise<{ ended: number; unfinished: number }> {
  const count = { ended: 0, unfinished: 0 };
  for (let after: string | undefined; ; ) {
    const page = await runtime.table.query({
      pk: keys.expiryPartition(minute),
      limit: 100,
      ...(after !== undefined && { after }),
    });
    const outcomes = await Promise.all(page.rows.map((row) => reapOne(runtime, row, minute)));
    for (const outcome of outcomes) if (outcome !== 'renewed') count[outcome]++;
    if (page.next === undefined) return count;
    after = page.next;
  }
}

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
  await depart(runtime, connectionId);
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

import { keys } from '../keys.ts';
import type { Value } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Runtime } from '../runtime.ts';

/** The connection that gets `fanout.complete`, and the name under which parts are counted. For tests. */
export interface Completion {
  readonly id: string;
  readonly connectionId: string;
  readonly ref?: string;
}

export interface Figures {
  readonly delivered: number;
  readonly gone: number;
}

/** The counts of a fan-out so far. */
interface CountRow extends Figures {
  /** How many work units are left. */
  readonly units: number;
  readonly queued: number;
  readonly ttl: number;
}
const countCodec = codec<CountRow>();

/** Stores how many work units are left. With none, the fan-out is over. */
export async function expectUnits(
  runtime: Runtime,
  completion: Completion,
  units: number,
  { delivered, gone }: Figures,
): Promise<void> {
  if (units === 0) return announce(runtime, completion, { delivered, gone, queued: 0 });
  const ttl = Math.ceil(runtime.clock.now() / 1000) + 3600;
  await runtime.table.write({
    put: countCodec.toRow(keys.fanOut(completion.id), { units, delivered, gone, queued: units, ttl }),
  });
}

/**
 * Adds a work unit's counts, once however often its message comes. The last unit sends the sum. A unit that
 * requeued a part of itself changes the number by 0.
 */
export async function complete(
  runtime: Runtime,
  completion: Completion,
  part: string,
  unitsChange: number,
  { delivered, gone }: Figures,
): Promise<void> {
  const { table, clock } = runtime;
  const key = keys.fanOut(completion.id);
  const ttl = Math.ceil(clock.now() / 1000) + 3600;
  const first = await table.write({ put: { pk: key.pk, sk: `PART#${part}`, ttl }, if: { is: 'absent' } });
  if (!first.ok) return;
  const add = { units: unitsChange, delivered, gone };
  const { before } = await table.write({ update: key, add, if: { is: 'present' } });
  if (!before) return;
  const counted = countCodec.fromRow(before);
  if (counted.units + unitsChange > 0) return;
  await announce(runtime, completion, {
    delivered: counted.delivered + delivered,
    gone: counted.gone + gone,
    queued: counted.queued,
  });
}

async function announce(
  { sockets }: Runtime,
  { connectionId, ref }: Completion,
  payload: { [name: string]: Value },
) {
  await sockets.post(connectionId, JSON.stringify({ type: 'fanout.complete', ...(ref && { ref }), payload }));
}

import { keys } from '../keys.ts';
import type { Value } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

/** Who is told that a fan-out is over, and the name under which its parts are counted. For tests. */
export interface Completion {
  readonly id: string;
  readonly connectionId: string;
  readonly ref?: string;
}

export interface Figures {
  readonly delivered: number;
  readonly gone: number;
}

/** Notes how many work units are still to come; without any, the fan-out is over. */
export async function expectUnits(
  runtime: Runtime,
  completion: Completion,
  units: number,
  { delivered, gone }: Figures,
): Promise<void> {
  if (units === 0) return announce(runtime, completion, { delivered, gone, queued: 0 });
  const counted = { units, delivered, gone, queued: units };
  const ttl = Math.ceil(runtime.clock.now() / 1000) + 3600;
  await runtime.table.write({ put: { ...keys.fanOut(completion.id), ...counted, ttl } });
}

/**
 * Adds a work unit's figures, once however often its message comes; the last one announces the sum. A unit that
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
  if (!before || (before.units as number) + unitsChange > 0) return;
  await announce(runtime, completion, {
    delivered: (before.delivered as number) + delivered,
    gone: (before.gone as number) + gone,
    queued: before.queued as number,
  });
}

async function announce(
  { sockets }: Runtime,
  { connectionId, ref }: Completion,
  payload: { [name: string]: Value },
) {
  await sockets.post(connectionId, JSON.stringify({ type: 'fanout.complete', ...(ref && { ref }), payload }));
}

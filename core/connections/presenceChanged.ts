import { keys } from '../keys.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';
import type { Connection } from './connections.ts';

/** Work for the delivery function: a presence update for one topic. */
export interface PresenceUpdate {
  readonly presenceIn: { readonly tenant: string; readonly kind: string; readonly id: string };
}

/** A topic has at most one update in this time. */
const pauseMs = 1000;
/** An update this late counts as lost: the next change queues another. */
const lostMs = 5000;

/**
 * Queues one presence update per topic. An update already queued covers later changes. Never throws.
 *
 * @returns whether an update is queued for every topic.
 */
export async function presenceChanged(
  runtime: Pick<Runtime, 'table' | 'clock' | 'queue' | 'reporter'>,
  { connectionId, principal }: Connection,
  topics: readonly Topic[],
): Promise<boolean> {
  const { tenant } = principal;
  const changed = topics.map(({ kind, id = '' }) => ({ tenant, kind, id }));
  try {
    const claimed = await Promise.all(changed.map((topic) => claim(runtime, tenant, topic)));
    const mine = changed.filter((_, index) => claimed[index]);
    const work = mine.map((presenceIn) => ({ presenceIn }));
    if (work.length > 0) await runtime.queue.send(work, pauseMs);
    return true;
  } catch (error) {
    runtime.reporter.report(error, { requestId: connectionId, what: 'queueing a presence update' });
    return false;
  }
}

/** Of several changes at once in a topic, only one queues the update. */
async function claim(
  { table, clock }: Pick<Runtime, 'table' | 'clock'>,
  tenant: string,
  topic: Topic,
): Promise<boolean> {
  const dueAt = clock.now() + pauseMs;
  const { ok } = await table.write({
    put: { ...keys.presenceDue(tenant, topic), dueAt, ttl: Math.ceil(dueAt / 1000) + 3600 },
    if: {
      is: 'any',
      of: [{ is: 'absent' }, { is: 'below', attribute: 'dueAt', value: clock.now() - lostMs }],
    },
  });
  return ok;
}

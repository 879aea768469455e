import { keys } from '../keys.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';
import type { Connection } from './connections.ts';

/** Work of the delivery function: to tell those who follow a topic who came and who went. */
export interface PresenceToTell {
  readonly presenceIn: { readonly tenant: string; readonly kind: string; readonly id: string };
}

/** A busy topic is told once in this time. */
const pauseMs = 1000;
/** A telling that is this late is taken for lost: who comes next has it done. */
const lostMs = 5000;

/**
 * Notes that a connection came into these topics or left them, all with presence, when that is written. Says nothing of what happened:
 * whoever tells the others reads who is there. While a telling is on its way, it is enough for all. It never fails,
 * since what it follows has happened; what gets lost here, the next change makes good.
 *
 * @returns whether it will be told.
 */
export async function presenceChanged(
  runtime: Pick<Runtime, 'table' | 'clock' | 'queue' | 'reporter'>,
  { connectionId, principal }: Connection,
  topics: readonly Topic[],
): Promise<boolean> {
  const { tenant } = principal;
  const told = topics.map(({ kind, id = '' }) => ({ tenant, kind, id }));
  try {
    const claimed = await Promise.all(told.map((topic) => claim(runtime, tenant, topic)));
    const mine = told.filter((_, index) => claimed[index]);
    const work = mine.map((presenceIn) => ({ presenceIn }));
    if (work.length > 0) await runtime.queue.send(work, pauseMs);
    return true;
  } catch (error) {
    runtime.reporter.report(error, { requestId: connectionId, what: 'having presence told' });
    return false;
  }
}

/** Of all that happens at once in a topic, one has it told. */
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

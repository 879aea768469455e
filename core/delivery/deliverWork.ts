import type { PresenceUpdate } from '../connections/presenceChanged.ts';
import { withParts } from '../deadline.ts';
import type { Runtime } from '../runtime.ts';
import { settleAll } from '../settleAll.ts';
import { deliver } from './fanOut.ts';
import { mergeUnits } from './mergeUnits.ts';
import { sendPresence } from './presence/sendPresence.ts';
import type { WorkUnit } from './workUnit.ts';

/**
 * A message of the delivery queue. `roomOf` comes from the release before and is ignored: the next change
 * sends the update.
 */
export type DeliveryWork = WorkUnit | PresenceUpdate | { readonly roomOf: string };

/**
 * Does what was too large, or too early, for the requests that caused it: all that the queue hands out at once.
 *
 * @returns what becomes of each, which fails where the queue should deliver it again. What several have for the same
 *   connections comes again with each of them.
 */
export function deliverWorks(runtime: Runtime, works: readonly DeliveryWork[]): readonly Promise<void>[] {
  const units = works.filter(isWorkUnit);
  const parts = mergeUnits(units, runtime.clock.now()).map(({ unit, of }) => ({
    ended: deliver(forRequest(runtime, unit), unit),
    of,
  }));
  return works.map(async (work) => {
    if ('roomOf' in work) return;
    if ('presenceIn' in work) return sendPresence(runtime, work);
    if (!isWorkUnit(work)) throw new Error('the delivery function knows no such work');
    await settleAll(parts.filter(({ of }) => of.includes(work)).map(({ ended }) => ended));
  });
}

/** Of what several requests have, it is that of one of them. */
const forRequest = (runtime: Runtime, { requestId }: WorkUnit): Runtime =>
  requestId === undefined ? runtime : withParts(runtime, { requestId });

/** What nobody understands is none either, and fails by itself. */
const isWorkUnit = (work: DeliveryWork): work is WorkUnit =>
  typeof work === 'object' && work !== null && 'to' in work;

/** Does one by itself. @throws what the queue should deliver again. */
export async function deliverWork(runtime: Runtime, work: DeliveryWork): Promise<void> {
  await settleAll(deliverWorks(runtime, [work]));
}

import type { PresenceUpdate } from '../connections/presenceChanged.ts';
import type { Runtime } from '../runtime.ts';
import { deliver, type WorkUnit } from './fanOut.ts';
import { sendPresence } from './presence/sendPresence.ts';

/**
 * A message of the delivery queue. `roomOf` comes from the release before and is ignored: the next change
 * sends the update.
 */
export type DeliveryWork = WorkUnit | PresenceUpdate | { readonly roomOf: string };

/**
 * Does one piece of work that was too large, or too early, for the request that caused it.
 *
 * @throws what the queue should deliver again.
 */
export async function deliverWork(runtime: Runtime, work: DeliveryWork): Promise<void> {
  if ('roomOf' in work) return;
  return 'presenceIn' in work ? sendPresence(runtime, work) : deliver(runtime, work);
}

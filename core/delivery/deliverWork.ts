import type { PresenceToTell } from '../connections/presenceChanged.ts';
import type { Runtime } from '../runtime.ts';
import { deliver, type WorkUnit } from './fanOut.ts';
import { tellPresence } from './presence/tellPresence.ts';

/** What comes in the delivery queue. `roomOf`: from the release before, and made good by whoever comes next. */
export type DeliveryWork = WorkUnit | PresenceToTell | { readonly roomOf: string };

/**
 * Does one piece of what was too much, or too early, for the request that caused it.
 *
 * @throws what the queue should bring again.
 */
export async function deliverWork(runtime: Runtime, work: DeliveryWork): Promise<void> {
  if ('roomOf' in work) return;
  return 'presenceIn' in work ? tellPresence(runtime, work) : deliver(runtime, work);
}

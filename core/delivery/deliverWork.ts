import type { RoomToTell } from '../connections/roomsChanged.ts';
import type { Runtime } from '../runtime.ts';
import { deliver, type WorkUnit } from './fanOut.ts';
import { tellRoom } from './presence/tellRoom.ts';

/** What comes in the delivery queue. */
export type DeliveryWork = WorkUnit | RoomToTell;

/**
 * Does one piece of what was too much, or too early, for the request that caused it.
 *
 * @throws what the queue should bring again.
 */
export function deliverWork(runtime: Runtime, work: DeliveryWork): Promise<void> {
  return 'roomOf' in work ? tellRoom(runtime, work) : deliver(runtime, work);
}

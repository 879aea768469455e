import type { EventBus } from '../../core/ports.ts';
import { type Faulty, failing } from './plan.ts';

/** An event bus that fails when the plan says so. What it did not take in time is not a failure of the call. */
export function faultyEventBus(bus: EventBus, faulty: Faulty): EventBus {
  return { put: (events) => failing(faulty, faulty.plan.next('put'), () => bus.put(events)) };
}

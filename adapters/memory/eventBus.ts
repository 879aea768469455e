import type { EventBus, OutgoingEvent } from '../../core/ports.ts';
import { eventBytes, maxRequest, taken, tooLarge } from '../outgoingEvent.ts';

export interface MemoryEventBus extends EventBus {
  /** All that it took, oldest first. */
  events(): readonly OutgoingEvent[];
  /** From now on events of these types fail, and may be put again later. */
  fail(types: readonly string[]): void;
}

/** An event bus that keeps what it takes, for tests. */
export function memoryEventBus(): MemoryEventBus {
  const kept: OutgoingEvent[] = [];
  let failing: ReadonlySet<string> = new Set();
  return {
    events: () => kept,
    fail(types) {
      failing = new Set(types);
    },
    async put(events) {
      return events.map((event) => {
        if (eventBytes(event) >= maxRequest.bytes) return tooLarge();
        if (failing.has(event.type)) return { outcome: 'later', because: new Error('the event bus failed') };
        kept.push(structuredClone(event));
        return taken;
      });
    },
  };
}

import type { Queue, Value } from '../../core/ports.ts';
import { type Faulty, failing } from './plan.ts';

/** A body that no consumer of ours understands. */
export const poison: Value = { poison: true };

const lateMs = 20_000;

/** A queue that fails as SQS can, when the plan says so. */
export function faultyQueue(queue: Queue, faulty: Faulty): Queue {
  return {
    send(bodies, delayMs = 0) {
      const fault = faulty.plan.next('send');
      return failing(faulty, fault, async () => {
        const ordered = fault === 'reorder' ? bodies.toReversed() : bodies;
        await queue.send(
          fault === 'poison' ? [poison, ...ordered] : ordered,
          fault === 'late' ? delayMs + lateMs : delayMs,
        );
        if (fault === 'double') await queue.send(bodies, delayMs);
      });
    },
  };
}

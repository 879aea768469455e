import { type DeliveryWork, deliverWorks } from '../../core/delivery/deliverWork.ts';
import type { MemoryRuntime } from './memoryRuntime.ts';

/** Serves the queue as the delivery function does, moving the clock to when the next unit is due. */
export async function drainDeliveries(runtime: MemoryRuntime): Promise<void> {
  for (let turn = 0; turn < 50 && runtime.queue.waiting().length > 0; turn++) {
    for (let batch = runtime.queue.receive(10); batch.length > 0; batch = runtime.queue.receive(10)) {
      await Promise.all(
        deliverWorks(
          runtime,
          batch.map(({ body }) => body as unknown as DeliveryWork),
        ),
      );
      for (const { done } of batch) done();
    }
    await runtime.clock.advance(5000);
  }
}

import { type DeliveryWork, deliverWork } from '../../core/delivery/deliverWork.ts';
import type { MemoryRuntime } from './memoryRuntime.ts';

/** Serves the queue as the delivery function does, moving the clock to when the next unit is due. */
export async function drainDeliveries(runtime: MemoryRuntime): Promise<void> {
  for (let turn = 0; turn < 50 && runtime.queue.waiting().length > 0; turn++) {
    for (const message of runtime.queue.receive()) {
      await deliverWork(runtime, message.body as unknown as DeliveryWork);
      message.done();
    }
    await runtime.clock.advance(5000);
  }
}

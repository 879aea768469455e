import { type DeliveryWork, deliverWorks } from '../core/delivery/deliverWork.ts';
import { functionTimeoutsMs } from '../core/timeouts.ts';
import { allMessages } from './eachMessage.ts';
import { runtime } from './wiring.ts';

// Each work unit needs it, and until it has started a function has a whole core.
await import('../adapters/apigateway/connect.ts');

/** Work units of large audiences, retries, and presence updates. */
export const handler = allMessages<DeliveryWork>(
  functionTimeoutsMs.deliver,
  runtime,
  'a work unit',
  (tasks) =>
    deliverWorks(
      runtime(),
      tasks.map(({ message }) => message),
    ),
);

import { deliverWork } from '../core/delivery/deliverWork.ts';
import { functionTimeoutsMs } from '../core/timeouts.ts';
import { eachMessage } from './eachMessage.ts';
import { runtime } from './wiring.ts';

/** Work units of large audiences, retries, and presence updates. */
export const handler = eachMessage(functionTimeoutsMs.deliver, runtime, 'a work unit', deliverWork);

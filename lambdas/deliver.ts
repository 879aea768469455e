import { deliverWork } from '../core/delivery/deliverWork.ts';
import { functionTimeoutsMs } from '../core/timeouts.ts';
import { eachMessage } from './eachMessage.ts';
import { runtime } from './wiring.ts';

/** Work units of large audiences, whatever has to be tried again, and topics whose followers are to be told who is there. */
export const handler = eachMessage(functionTimeoutsMs.deliver, runtime, 'a work unit', deliverWork);

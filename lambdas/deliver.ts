import { deliverWork } from '../core/delivery/deliverWork.ts';
import { eachMessage } from './eachMessage.ts';
import { runtime } from './wiring.ts';

/** Work units of large audiences, whatever has to be tried again, and topics whose followers are to be told who is there. */
export const handler = eachMessage('deliver', runtime, 'a work unit', deliverWork);

import { everyMinute } from '../core/connections/everyMinute.ts';
import { functionTimeoutsMs, maxWorkMs } from '../core/timeouts.ts';
import { runtime } from './wiring.ts';

/** Each minute: ends the connections whose token or lease is over, and has work that stands still done. */
export const handler = () => everyMinute(runtime(), maxWorkMs(functionTimeoutsMs.reap));

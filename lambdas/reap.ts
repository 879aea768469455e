import { everyMinute } from '../core/connections/everyMinute.ts';
import { functionTimeoutsMs, maxWorkMs } from '../core/timeouts.ts';
import { runtime } from './wiring.ts';

/** Each minute: ends expired connections, and resumes stalled work. */
export const handler = () => everyMinute(runtime(), maxWorkMs(functionTimeoutsMs.reap));

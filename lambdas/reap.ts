import { everyMinute } from '../core/connections/everyMinute.ts';
import { functionTimeoutsMs, maxWorkMs } from '../core/timeouts.ts';
import { measured } from './measured.ts';
import { metrics, runtime } from './wiring.ts';

/** Each minute: ends expired connections, and resumes stalled work. */
export const handler = measured(metrics, () => everyMinute(runtime(), maxWorkMs(functionTimeoutsMs.reap)));

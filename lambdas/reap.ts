import { reap } from '../core/connections/reap.ts';
import { inTime } from '../core/deadline.ts';
import { functionTimeoutsMs, maxWorkMs } from '../core/timeouts.ts';
import { resumeWork } from '../core/work/watch.ts';
import { runtime } from './wiring.ts';

/** Each minute: ends the connections whose token or lease is over, and has work that stands still done. */
export const handler = async () => {
  const resuming = inTime(runtime(), maxWorkMs(functionTimeoutsMs.reap), () => resumeWork(runtime()));
  // Neither keeps the other from its turn.
  const [ended] = await Promise.allSettled([
    inTime(runtime(), maxWorkMs(functionTimeoutsMs.reap), () => reap(runtime())),
    resuming,
  ]);
  if (ended.status === 'rejected') throw ended.reason;
  return { ended: ended.value, resumed: await resuming };
};

import { inTime } from '../deadline.ts';
import type { Runtime } from '../runtime.ts';
import { resumeWork } from '../work/watch.ts';
import { reap } from './reap.ts';

/**
 * What is done each minute: the connections whose token or lease is over are ended, and work that stands still is
 * done. Neither keeps the other from its turn, be it that it fails or that it hangs.
 *
 * @throws what either threw, once both have ended.
 */
export async function everyMinute(
  runtime: Runtime,
  maxMs: number,
): Promise<{ readonly ended: number; readonly resumed: number }> {
  const [ended, resumed] = await Promise.allSettled([
    inTime(runtime, maxMs, () => reap(runtime)),
    inTime(runtime, maxMs, () => resumeWork(runtime)),
  ]);
  if (ended.status === 'rejected') throw ended.reason;
  if (resumed.status === 'rejected') throw resumed.reason;
  return { ended: ended.value, resumed: resumed.value };
}

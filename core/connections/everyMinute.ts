import { inTime } from '../deadline.ts';
import type { Runtime } from '../runtime.ts';
import { resumeWork } from '../work/watch.ts';
import { reap } from './reap.ts';

/**
 * Runs each minute: ends connections whose token or lease has expired, and resumes stalled work. If one fails
 * or hangs, the other still runs.
 *
 * @throws the error of either, after both have ended.
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

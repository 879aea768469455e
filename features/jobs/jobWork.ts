import type { App } from '../../core/app.ts';
import type { WorkRules } from '../../core/work/watch.ts';
import type { JobKind } from './jobKind.ts';
import { type JobRow, jobCodec } from './jobRow.ts';
import { jobKey } from './keys.ts';
import { jobSettings } from './settings.ts';

const minuteMs = 60_000;

/** How long a job and its result can be asked for. */
export const keptMs = 7 * 24 * 60 * minuteMs;

export const timeoutMs = 120_000;
/** Longer than the function may run, so that a function whose lease has ended no longer runs. */
export const jobLeaseMs = timeoutMs + 30_000;

/** What reports and figures call one. */
export const jobName = 'a job';

/** Jobs as work, with the kinds that an app has. */
interface JobWorkRules extends WorkRules<JobRow> {
  readonly kinds: readonly JobKind[];
}

/** Nobody waits for the answer of the function, and a job of ours mostly waits itself. */
const defaultMemoryMb = 256;

/** A job behind many others in the queue is checked less and less often. */
export const jobWork = (kinds: readonly JobKind[], memoryMb = defaultMemoryMb): JobWorkRules => ({
  name: 'job',
  called: jobName,
  kinds,
  key: jobKey,
  fromRow: jobCodec.fromRow,
  leaseMs: jobLeaseMs,
  max: (settings) => jobSettings.in(settings).limits.jobsPerUser,
  enough: (max) => `you have ${max} jobs under way: submit the next when one of them is over`,
  keptMs,
  firstLookMs: 2 * minuteMs,
  maxPauseMs: 60 * minuteMs,
  workers: {
    entry: new URL('lambdas/work', import.meta.url).href,
    timeoutMs,
    memoryMb,
    maxConcurrency: 10,
    maxReceives: 3,
    triesAgain: true,
    allow: (settings) => kinds.flatMap(({ allow }) => allow?.(settings) ?? []),
    environment: (settings) =>
      Object.assign({}, ...kinds.map(({ environment }) => environment?.(settings) ?? {})),
  },
});

/** The settings of an app's jobs. @throws Error where it has none */
export function jobWorkOf({ work }: Pick<App, 'work'>): JobWorkRules {
  const rules = work.get('job');
  if (!rules) throw new Error('this app has no jobs');
  return rules as JobWorkRules;
}

import { keys } from '../../core/keys.ts';
import type { WorkRules } from '../../core/work/watch.ts';

const minuteMs = 60_000;

/** A job that waits behind many others is looked after less and less often. */
export const jobWork: WorkRules = {
  name: 'job',
  queue: 'jobs',
  key: keys.job,
  enough: (max) => `you have ${max} jobs under way: submit the next when one of them is over`,
  firstLookMs: 2 * minuteMs,
  longestPauseMs: 60 * minuteMs,
};

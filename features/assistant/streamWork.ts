import { keys } from '../../core/keys.ts';
import type { WorkRules } from '../../core/work/watch.ts';

const minuteMs = 60_000;

/** An answer has a reader waiting. */
export const streamWork: WorkRules = {
  name: 'stream',
  queue: 'streams',
  key: keys.stream,
  enough: (max) => `you have ${max} answers under way: ask the next question when one of them is over`,
  firstLookMs: minuteMs,
  longestPauseMs: minuteMs,
};

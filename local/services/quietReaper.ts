import { readDueTime } from '../../core/keys.ts';
import type { Quiet } from '../clock.ts';
import type { Rows } from '../database/rows.ts';
import type { FunctionDescription, RuleDescription } from '../template/readStack.ts';

/**
 * For rules that only run the reaper: it has nothing to do until the time of the earliest row. For any
 * other function the local stack cannot know.
 */
export function quietReaper(
  functions: readonly Pick<FunctionDescription, 'id' | 'entry'>[],
  rows: Pick<Rows, 'all'>,
): (rule: RuleDescription) => Quiet | undefined {
  const reapers = functions
    .filter(({ entry }) => /(^|\/)lambdas\/reap\.[jt]s$/.test(entry))
    .map(({ id }) => id);

  const quiet: Quiet = {
    async until() {
      let first = Number.POSITIVE_INFINITY;
      for await (const key of rows.all()) first = Math.min(first, readDueTime(key) ?? first);
      return first;
    },
  };
  return ({ targets }) =>
    targets.every(({ functionId }) => reapers.includes(functionId)) ? quiet : undefined;
}

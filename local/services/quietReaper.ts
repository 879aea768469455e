import { keys, readDueMinute } from '../../core/keys.ts';
import { minuteMs } from '../../core/work/dueMinutes.ts';
import type { LocalClock, Quiet } from '../clock.ts';
import type { Rows } from '../database/rows.ts';
import type { FunctionDescription, RuleDescription } from '../template/readStack.ts';

/** The reaper considers no younger minute finished. */
const marginMinutes = 3;

/**
 * For rules that only run the reaper: it has nothing to do until the minute of the earliest row. For any
 * other function the local stack cannot know.
 */
export function quietReaper(
  functions: readonly Pick<FunctionDescription, 'id' | 'entry'>[],
  rows: Pick<Rows, 'all' | 'raise'>,
  clock: Pick<LocalClock, 'now'>,
): (rule: RuleDescription) => Quiet | undefined {
  const reapers = functions
    .filter(({ entry }) => /(^|\/)lambdas\/reap\.[jt]s$/.test(entry))
    .map(({ id }) => id);

  async function firstDueMinute(): Promise<number> {
    let first = Number.POSITIVE_INFINITY;
    for await (const { pk } of rows.all()) first = Math.min(first, readDueMinute(pk) ?? first);
    return first;
  }

  const quiet: Quiet = {
    until: async () => (await firstDueMinute()) * minuteMs,
    // The reaper would read every minute that was skipped. They are known to be empty, except for rows
    // written while time moved.
    async passed() {
      const finished = Math.min(Math.floor(clock.now() / minuteMs) - marginMinutes, await firstDueMinute());
      for (const key of [keys.reaped(), keys.resumed()]) await rows.raise(key, 'unfinished', finished);
    },
  };
  return ({ targets }) =>
    targets.every(({ functionId }) => reapers.includes(functionId)) ? quiet : undefined;
}

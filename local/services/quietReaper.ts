import { keys, readDueMinute } from '../../core/keys.ts';
import { minuteMs } from '../../core/work/dueMinutes.ts';
import type { LocalClock, Quiet } from '../clock.ts';
import type { Rows } from '../database/rows.ts';
import type { FunctionDescription, RuleDescription } from '../template/readStack.ts';

/** The reaper takes no minute for finished that is as young. */
const marginMinutes = 3;

/**
 * For rules that run the reaper and nothing else: it has something to do when the minute of a row comes that waits
 * for it. Of another function the local stack cannot know when it has.
 */
export function quietReaper(
  functions: readonly Pick<FunctionDescription, 'id' | 'entry'>[],
  rows: Pick<Rows, 'all' | 'raise'>,
  clock: Pick<LocalClock, 'now'>,
): (rule: RuleDescription) => Quiet | undefined {
  const reapers = functions.filter(({ entry }) => entry === 'lambdas/reap.ts').map(({ id }) => id);

  async function firstDueMinute(): Promise<number> {
    let first = Number.POSITIVE_INFINITY;
    for await (const { pk } of rows.all()) first = Math.min(first, readDueMinute(pk) ?? first);
    return first;
  }

  const quiet: Quiet = {
    until: async () => (await firstDueMinute()) * minuteMs,
    // The reaper would read every minute that it was left out of. That each was empty is known here, except for rows
    // that came to be written while time moved.
    async passed() {
      const finished = Math.min(Math.floor(clock.now() / minuteMs) - marginMinutes, await firstDueMinute());
      for (const key of [keys.reaped(), keys.resumed()]) await rows.raise(key, 'unfinished', finished);
    },
  };
  return ({ targets }) =>
    targets.every(({ functionId }) => reapers.includes(functionId)) ? quiet : undefined;
}

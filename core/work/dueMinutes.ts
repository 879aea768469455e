import type { Key, Row } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { maxSearchMs } from '../timeouts.ts';

export const minuteMs = 60_000;

/** Rows that are to be looked at when their minute has come, and how far whoever does so has got. */
export interface DueRows {
  readonly progress: Key;
  readonly partition: (minute: number) => string;
}

/** Clocks differ, so a minute counts as finished only when nobody can still take it for his own. */
const marginMinutes = 2;
/** Where a search begins whose beginning is not known: rows of a release that wrote none are found this far back. */
const farthestBackMinutes = 180;
/** How many minutes are read at once: whoever was away for a month has most of them to read in vain. */
const minutesAtOnce = 60;

/**
 * Writes where the search begins, unless that is written already: before the first row that it is to find, so that
 * it finds it however late it comes. An environment that knows it written writes nothing.
 */
export async function beginDueMinutes(
  { table, clock, begun }: Pick<Runtime, 'table' | 'clock' | 'begun'>,
  { progress }: DueRows,
): Promise<void> {
  if (begun.has(progress.sk)) return;
  // Mostly it is there: a read, since a thousand new environments would else all write to one row at once.
  if (!(await table.get(progress))) {
    const unfinished = Math.floor(clock.now() / minuteMs) - marginMinutes;
    await table.write({ put: { ...progress, unfinished }, if: { is: 'absent' } });
  }
  begun.add(progress.sk);
}

/**
 * Looks at the rows of every minute that is not finished, so that a run makes up for those that were lost or died.
 *
 * What it has no time for is left to the next run.
 *
 * @param look whether the row needs no further look. It must not throw: a row that is left must not keep others.
 */
export async function forEachDueMinute(
  { table, clock }: Pick<Runtime, 'table' | 'clock'>,
  { progress, partition }: DueRows,
  look: (row: Row, minute: number) => Promise<boolean>,
): Promise<void> {
  const stopAt = clock.now() + maxSearchMs;
  const thisMinute = Math.floor(clock.now() / minuteMs);
  const begun = (await table.get(progress))?.unfinished as number | undefined;
  // A mark from later was set by a clock that has gone back since, and says nothing of what was written afterwards.
  const isKnown = begun !== undefined && begun <= thisMinute;
  let unfinished = isKnown ? begun : thisMinute - farthestBackMinutes;
  let allDone = true;
  for (let from = unfinished; from <= thisMinute && clock.now() < stopAt; from += minutesAtOnce) {
    const minutes = Array.from(
      { length: Math.min(minutesAtOnce, thisMinute - from + 1) },
      (_, n) => from + n,
    );
    const firstPages = await Promise.all(minutes.map((minute) => page(minute)));
    for (const [n, minute] of minutes.entries()) {
      const isDone = await lookAtMinute(minute, firstPages[n]);
      allDone &&= isDone && minute <= thisMinute - marginMinutes;
      if (allDone) unfinished = minute + 1;
    }
    await table.write({ put: { ...progress, unfinished } });
  }

  function page(minute: number, after?: string) {
    return table.query({ pk: partition(minute), limit: 100, ...(after !== undefined && { after }) });
  }

  async function lookAtMinute(minute: number, first: Awaited<ReturnType<typeof page>> | undefined) {
    let isDone = true;
    for (let next = first; next; next = next.next === undefined ? undefined : await page(minute, next.next)) {
      if (clock.now() >= stopAt) return false;
      const looked = await Promise.all(next.rows.map((row) => look(row, minute)));
      isDone &&= looked.every(Boolean);
    }
    return isDone;
  }
}

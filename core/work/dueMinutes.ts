import { allPages } from '../allRows.ts';
import type { Key, Row } from '../ports.ts';
import { fromRow, toRow } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import { maxSearchMs } from '../timeouts.ts';

export const minuteMs = 60_000;

/** Rows that are to be looked at when their minute has come, and how far whoever does so has got. */
export interface DueRows {
  readonly progress: Key;
  readonly partition: (minute: number) => string;
  /** What a report says of a row that could not be looked at. */
  readonly about: (row: Row) => { readonly requestId: string; readonly what: string };
}

/** All minutes before this one are done. */
interface Progress {
  readonly unfinished: number;
}

/** What came of a look: the row was done, needs nothing done, or is left to the next run. */
export type Looked = 'done' | 'settled' | 'left';

/** The rows of one minute, whose first page is asked for already. */
interface Search {
  readonly minute: number;
  readonly pages: ReturnType<typeof allPages>;
  readonly first: ReturnType<ReturnType<typeof allPages>['next']>;
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
  { progress }: Pick<DueRows, 'progress'>,
): Promise<void> {
  if (begun.has(progress.sk)) return;
  // Mostly it is there: a read, since a thousand new environments would else all write to one row at once.
  if (!(await table.get(progress))) {
    const unfinished = Math.floor(clock.now() / minuteMs) - marginMinutes;
    await table.write({ put: toRow<Progress>(progress, { unfinished }), if: { is: 'absent' } });
  }
  begun.add(progress.sk);
}

/**
 * Looks at the rows of every minute that is not finished, so that a run makes up for those that were lost or died.
 *
 * What it has no time for is left to the next run, and so is a row whose look throws, which keeps no other from its.
 *
 * @returns of how many rows `look` said `done`.
 */
export async function forEachDueMinute(
  { table, clock, reporter }: Pick<Runtime, 'table' | 'clock' | 'reporter'>,
  { progress, partition, about }: DueRows,
  look: (row: Row, minute: number) => Promise<Looked>,
): Promise<number> {
  let done = 0;
  const stopAt = clock.now() + maxSearchMs;
  const thisMinute = Math.floor(clock.now() / minuteMs);
  const found = await table.get(progress);
  const begun = found && fromRow<Progress>(found).unfinished;
  // A mark from later was set by a clock that has gone back since, and says nothing of what was written afterwards.
  const isKnown = begun !== undefined && begun <= thisMinute;
  let unfinished = isKnown ? begun : thisMinute - farthestBackMinutes;
  let allDone = true;
  for (let from = unfinished; from <= thisMinute && clock.now() < stopAt; from += minutesAtOnce) {
    const minutes = Array.from(
      { length: Math.min(minutesAtOnce, thisMinute - from + 1) },
      (_, n) => from + n,
    );
    const searches = minutes.map((minute) => {
      const pages = allPages(table, { pk: partition(minute), limit: 100 });
      return { minute, pages, first: pages.next() };
    });
    await Promise.all(searches.map(({ first }) => first));
    for (const search of searches) {
      const { minute } = search;
      const isDone = await lookAtMinute(search);
      allDone &&= isDone && minute <= thisMinute - marginMinutes;
      if (allDone) unfinished = minute + 1;
    }
    await table.write({ put: toRow<Progress>(progress, { unfinished }) });
  }
  return done;

  async function lookAtMinute({ minute, pages, first }: Search): Promise<boolean> {
    let isDone = true;
    for (let page = await first; !page.done; page = await pages.next()) {
      if (clock.now() >= stopAt) return false;
      const looked = await Promise.all(page.value.map((row) => lookAt(row, minute)));
      done += looked.filter((outcome) => outcome === 'done').length;
      isDone &&= !looked.includes('left');
    }
    return isDone;
  }

  async function lookAt(row: Row, minute: number): Promise<Looked> {
    try {
      return await look(row, minute);
    } catch (error) {
      reporter.report(error, about(row));
      return 'left';
    }
  }
}

import { allPages } from '../allRows.ts';
import type { Key, Row, Table } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import { maxSearchMs } from '../timeouts.ts';

export const minuteMs = 60_000;

/** Rows that are due in a certain minute, and how far the search for them has come. */
export interface DueRows {
  readonly progress: Key;
  /** Where those of a minute are. */
  readonly partitions: (minute: number) => readonly string[];
  /** What is reported for a row whose check failed. */
  readonly about: (row: Row) => { readonly requestId: string; readonly what: string };
}

/** All minutes before this one are done. */
interface Progress {
  readonly unfinished: number;
}
const progressCodec = codec<Progress>();

/** The result for one row: it was done, there was nothing to do, or it is left to the next run. */
export type CheckOutcome = 'done' | 'settled' | 'left';

/** The rows of one partition. Its first page is already requested. */
interface Pages {
  readonly pages: ReturnType<typeof allPages>;
  readonly first: ReturnType<ReturnType<typeof allPages>['next']>;
}

/** The rows of one minute. */
interface Search {
  readonly minute: number;
  readonly partitions: readonly Pages[];
}

/** Clocks differ, so a minute counts as finished only when no function can still write to it. */
const marginMinutes = 2;
/** How far back a search goes whose beginning is unknown, as after an older release. */
const maxLookbackMinutes = 180;
/** How many minutes are read at once: after a month's pause, most of them are empty. */
const minutesAtOnce = 60;

/**
 * Stores where the search begins, unless that is stored already. This comes before the first due row, so that
 * the search finds the row however late it runs. An environment writes this once at most.
 */
export async function beginDueMinutes(
  { table, clock, begun }: Pick<Runtime, 'table' | 'clock' | 'begun'>,
  { progress }: Pick<DueRows, 'progress'>,
): Promise<void> {
  if (begun.has(progress.sk)) return;
  // It is there as a rule. A read is cheaper than a thousand new environments that write one row at once.
  if (!(await table.get(progress))) {
    const unfinished = Math.floor(clock.now() / minuteMs) - marginMinutes;
    await table.write({ put: progressCodec.toRow(progress, { unfinished }), if: { is: 'absent' } });
  }
  begun.add(progress.sk);
}

/**
 * Handles the rows of every unfinished minute, so that a run also makes up for runs that were lost or died.
 *
 * Rows that fail, or that there is no time for, are left to the next run.
 *
 * @returns the number of rows for which `check` returned `done`.
 */
export async function forEachDueMinute(runtime: Parts, rows: DueRows, check: Check): Promise<number> {
  const { table, clock } = runtime;
  const stopAt = clock.now() + maxSearchMs;
  const thisMinute = Math.floor(clock.now() / minuteMs);
  let unfinished = await firstUnfinished(table, rows, thisMinute);
  let allDone = true;
  let done = 0;
  for (let from = unfinished; from <= thisMinute && clock.now() < stopAt; from += minutesAtOnce) {
    const last = Math.min(from + minutesAtOnce - 1, thisMinute);
    for (const search of await beginSearches(table, rows, from, last)) {
      const { minute } = search;
      const checked = await checkMinute(runtime, search, stopAt, (row) =>
        checkRow(runtime, rows, row, () => check(row, minute)),
      );
      done += checked.done;
      allDone &&= checked.isWhole && minute <= thisMinute - marginMinutes;
      if (allDone) unfinished = minute + 1;
    }
    await table.write({ put: progressCodec.toRow(rows.progress, { unfinished }) });
  }
  return done;
}

type Parts = Pick<Runtime, 'table' | 'clock' | 'reporter'>;

type Check = (row: Row, minute: number) => Promise<CheckOutcome>;

/** Where a search begins. */
async function firstUnfinished(table: Table, { progress }: DueRows, thisMinute: number): Promise<number> {
  const found = await table.get(progress);
  const begun = found && progressCodec.fromRow(found).unfinished;
  // A position in the future came from a clock that has been set back since. It says nothing of the rows
  // written after that.
  const isKnown = begun !== undefined && begun <= thisMinute;
  return isKnown ? begun : thisMinute - maxLookbackMinutes;
}

/** Reads the first pages of minutes together. */
async function beginSearches(
  table: Table,
  rows: DueRows,
  from: number,
  last: number,
): Promise<readonly Search[]> {
  const minutes = Array.from({ length: last - from + 1 }, (_, n) => from + n);
  const searches = minutes.map((minute): Search => {
    const partitions = rows.partitions(minute).map((pk): Pages => {
      const pages = allPages(table, { pk, limit: 100 });
      return { pages, first: pages.next() };
    });
    return { minute, partitions };
  });
  await Promise.all(searches.flatMap(({ partitions }) => partitions.map(({ first }) => first)));
  return searches;
}

/** @returns how many of its rows are done, and whether none is left. */
async function checkMinute(
  { clock }: Parts,
  { partitions }: Search,
  stopAt: number,
  check: (row: Row) => Promise<CheckOutcome>,
): Promise<{ done: number; isWhole: boolean }> {
  let done = 0;
  let isWhole = true;
  for (const { pages, first } of partitions) {
    for (let page = await first; !page.done; page = await pages.next()) {
      if (clock.now() >= stopAt) return { done, isWhole: false };
      const outcomes = await Promise.all(page.value.map(check));
      done += outcomes.filter((outcome) => outcome === 'done').length;
      isWhole &&= !outcomes.includes('left');
    }
  }
  return { done, isWhole };
}

/** A row whose check fails is left to the next run. */
async function checkRow(
  { reporter }: Parts,
  { about }: DueRows,
  row: Row,
  check: () => Promise<CheckOutcome>,
): Promise<CheckOutcome> {
  try {
    return await check();
  } catch (error) {
    reporter.report(error, about(row));
    return 'left';
  }
}

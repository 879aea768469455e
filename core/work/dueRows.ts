import { keys } from '../keys.ts';
import type { Row } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { maxSearchMs } from '../timeouts.ts';
import type { Check, CheckOutcome } from './check.ts';
import { type FormerRows, forEachFormerRow } from './formerDueRows.ts';

/** Rows that each name something to look after at a certain time. */
export interface DueRows {
  /** Where they are, in the order of their times. */
  readonly partitions: readonly string[];
  /** Where a former release had them. */
  readonly former: FormerRows;
  /** What is reported for a row whose check failed. */
  readonly about: (row: Row) => { readonly requestId: string; readonly what: string };
}

type Parts = Pick<Runtime, 'table' | 'clock' | 'reporter' | 'formerRowsOver'>;

/**
 * Handles every row whose time has come. A row stays until it is handled, and they are read from the first on: so a run
 * has to know nothing of those before it, and makes up for any that were lost or died.
 *
 * Rows that fail, or that there is no time for, are left to the next run.
 *
 * @returns the number of rows for which `check` returned `done`.
 */
export async function forEachDueRow(runtime: Parts, rows: DueRows, check: Check): Promise<number> {
  const { table, clock } = runtime;
  const stopAt = clock.now() + maxSearchMs;
  const to = keys.dueUpTo(clock.now());
  const checkSafely = (row: Row) => checkRow(runtime, rows, row, check);
  const pageOf = async (pk: string, after?: string) => {
    const page = await table.query({ pk, to, limit: 100, ...(after !== undefined && { after }) });
    return { pk, ...page };
  };
  let done = 0;
  // A page of each in turn, so that none waits for the end of another.
  let pages = await Promise.all(rows.partitions.map((pk) => pageOf(pk)));
  while (pages.length > 0) {
    for (const { rows: found } of pages) {
      if (clock.now() >= stopAt) return done;
      const outcomes = await Promise.all(found.map(checkSafely));
      done += outcomes.filter((outcome) => outcome === 'done').length;
    }
    const further = pages.flatMap(({ pk, next }) => (next === undefined ? [] : [pageOf(pk, next)]));
    pages = await Promise.all(further);
  }
  return done + (await forEachFormerRow(runtime, rows.former, stopAt, checkSafely));
}

/** A row whose check fails is left to the next run. */
async function checkRow(
  { reporter }: Parts,
  { about }: DueRows,
  row: Row,
  check: Check,
): Promise<CheckOutcome> {
  try {
    return await check(row);
  } catch (error) {
    reporter.report(error, about(row));
    return 'left';
  }
}

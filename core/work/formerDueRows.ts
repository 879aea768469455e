import type { Key, Page, Table } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import type { Check, CheckOutcome } from './check.ts';

/**
 * Where 0.1.0 has its due rows: a partition has those of a minute. Before the first of them it stored from which minute
 * on they are to be looked for.
 */
export interface FormerRows {
  readonly progress: Key;
  readonly partition: (minute: number) => string;
}

interface Progress {
  /** All minutes before this one are done. */
  readonly unfinished: number;
  /** No later one can have any. Absent as long as only 0.1.0 has looked. */
  readonly until?: number;
}
const progressCodec = codec<Progress>();

const minuteMs = 60_000;
/** A row is written two hours ahead of its time at most, and by what still runs of 0.1.0 while it is replaced. */
const aheadMinutes = 180;
/** Clocks differ, so a minute counts as finished only when no function can still write to it. */
const marginMinutes = 2;
/** How many minutes are read at once: after a month's pause, most of them are empty. */
const minutesAtOnce = 60;
const pageRows = 100;

type Parts = Pick<Runtime, 'table' | 'clock' | 'formerRowsOver'>;

/** The rows of one minute, of which the first page is read. */
interface Minute {
  readonly minute: number;
  readonly pk: string;
  readonly first: Page;
}

/**
 * Handles the rows that 0.1.0 left, minute by minute, until there can be none.
 *
 * @returns the number of rows for which `check` returned `done`.
 */
export async function forEachFormerRow(
  parts: Parts,
  { progress, partition }: FormerRows,
  stopAt: number,
  check: Check,
): Promise<number> {
  const { table, clock, formerRowsOver } = parts;
  if (formerRowsOver.has(progress.sk)) return 0;
  const found = await table.get(progress);
  if (!found) {
    formerRowsOver.add(progress.sk);
    return 0;
  }
  const thisMinute = Math.floor(clock.now() / minuteMs);
  const { unfinished: begun, until = thisMinute + aheadMinutes } = progressCodec.fromRow(found);
  // A position in the future came from a clock that has been set back since. It says nothing of the rows
  // written after that.
  let unfinished = begun <= thisMinute ? begun : thisMinute - aheadMinutes;
  let allDone = true;
  let done = 0;
  for (let from = unfinished; from <= thisMinute && clock.now() < stopAt; from += minutesAtOnce) {
    for (const one of await readMinutes(table, partition, from, thisMinute)) {
      const outcomes = await checkMinute(parts, one, stopAt, check);
      done += outcomes.filter((outcome) => outcome === 'done').length;
      allDone &&= !outcomes.includes('left') && one.minute <= thisMinute - marginMinutes;
      if (allDone) unfinished = one.minute + 1;
    }
    const isOver = unfinished > until;
    await table.write(
      isOver ? { delete: progress } : { put: progressCodec.toRow(progress, { unfinished, until }) },
    );
  }
  return done;
}

/** Some minutes from this one on, read together. */
async function readMinutes(
  table: Table,
  partition: FormerRows['partition'],
  from: number,
  thisMinute: number,
): Promise<readonly Minute[]> {
  const minutes = Array.from({ length: Math.min(minutesAtOnce, thisMinute - from + 1) }, (_, n) => from + n);
  return Promise.all(
    minutes.map(async (minute) => {
      const pk = partition(minute);
      return { minute, pk, first: await table.query({ pk, limit: pageRows }) };
    }),
  );
}

/** What became of its rows; of those that there was no time for, that they are left. */
async function checkMinute(
  { table, clock }: Parts,
  { pk, first }: Minute,
  stopAt: number,
  check: Check,
): Promise<readonly CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  for (let page: Page | undefined = first; page; ) {
    if (clock.now() >= stopAt) return [...outcomes, 'left'];
    outcomes.push(...(await Promise.all(page.rows.map(check))));
    const { next: after }: Page = page;
    page = after === undefined ? undefined : await table.query({ pk, limit: pageRows, after });
  }
  return outcomes;
}

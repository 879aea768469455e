import { allPages } from '../allRows.ts';
import type { Range, Row, Table } from '../ports.ts';

/** How many bytes one answer may still hold, and how many may still be read for it. */
export interface AnswerBudget {
  /** Less than 0 once the answer holds more than it was to hold. */
  readonly answerBytes: number;
  readonly readBytes: number;
  /** Counts bytes that the answer holds, or that are kept free for what it must hold. */
  take(bytes: number): void;
  /** Gives back bytes that were kept free. */
  giveBack(bytes: number): void;
  /** Counts bytes that were read. */
  countRead(bytes: number): void;
  /** From now on nothing more may be read. */
  readNoMore(): void;
  /**
   * The same budget, for a part of the answer that may yet be left out: what that takes is not counted here, and what
   * is read for it is.
   */
  forPart(): AnswerBudget;
}

/** How large an answer may be: a frame has at most 32 KB. */
export const maxAnswerBytes = 30_000;
/** About how much is read for one answer. The client asks again for the rest. */
const maxReadBytes = 2_000_000;

export function answerBudget(maxBytes = maxAnswerBytes, reads = { leftBytes: maxReadBytes }): AnswerBudget {
  let leftBytes = maxBytes;
  return {
    get answerBytes() {
      return leftBytes;
    },
    get readBytes() {
      return reads.leftBytes;
    },
    take(bytes) {
      leftBytes -= bytes;
    },
    giveBack(bytes) {
      leftBytes += bytes;
    },
    countRead(bytes) {
      reads.leftBytes -= bytes;
    },
    readNoMore() {
      reads.leftBytes = 0;
    },
    forPart: () => answerBudget(leftBytes, reads),
  };
}

/** Whether anything may still be read for the answer. */
export const hasBudget = ({ answerBytes, readBytes }: AnswerBudget): boolean =>
  answerBytes > 0 && readBytes > 0;

/** How many rows the first read takes, before their size is known: one for each so many bytes of budget. */
const firstBatch = (leftBytes: number) => Math.min(4, Math.max(1, Math.floor(leftBytes / 7_000)));
/** How much larger a read may be than the one before. */
const growth = 8;

/**
 * The rows of a range, read in batches. Each is as large as the rows so far suggest will fit into the
 * answer. It ends early when nothing more may be read, so check `readBytes` after it.
 *
 * @param range its limit is that of each batch.
 * @param weigh about how many bytes a row has.
 */
export async function* rowsThatFit(
  table: Table,
  range: Range,
  budget: AnswerBudget,
  weigh: (row: Row) => number,
): AsyncGenerator<Row> {
  const { answerBytes } = budget;
  let read = 0;
  const batchSize = () => {
    const each = (answerBytes - budget.answerBytes) / read;
    const fitting = each > 0 ? Math.ceil(budget.answerBytes / each) : Number.POSITIVE_INFINITY;
    const size = Math.min(read === 0 ? firstBatch(answerBytes) : read * growth, Math.max(1, fitting));
    return Math.min(size, range.limit ?? size);
  };
  for await (const rows of allPages(table, range, batchSize)) {
    for (const row of rows) {
      read++;
      budget.countRead(weigh(row));
      yield row;
    }
    if (budget.readBytes <= 0) return;
  }
}

/** About how many bytes the row of such a state has. */
export const weightOf = (state: unknown): number => JSON.stringify(state ?? null).length + 100;

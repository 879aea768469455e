import { isDeepStrictEqual } from 'node:util';
import {
  type Clock,
  type Key,
  type Page,
  type Range,
  type Row,
  type Table,
  type Write,
  type WriteOutcome,
  writeKey,
} from '../../core/ports.ts';
import { holds } from '../condition.ts';
import { compareSortKeys, isWithin, rangeStart } from '../range.ts';
import { changedRow, checkWrite } from './changedRow.ts';
import { checkKey, copyRow, invalid, sizeOfRow } from './storedRow.ts';

const MAX_TOGETHER = 100;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;
const PAGE_BYTES = 1024 * 1024;
const TOKEN_LIFE_MS = 10 * 60_000;

export interface MemoryTable extends Table {
  /** Every row, ordered by partition and sort key. */
  dump(): Row[];
  /** Replaces all rows with these. Forgets the tokens of transactions. */
  restore(rows: readonly Row[]): void;
}

/**
 * A table with DynamoDB's semantics: the order of keys, the sizes of rows and pages, what it refuses, and
 * tokens that are remembered for ten minutes on the clock. Rows never share an object with the caller. As in
 * DynamoDB a row whose `ttl` has passed is still there; unlike there, nothing ever removes it.
 */
export function memoryTable({ clock }: { readonly clock: Clock }): MemoryTable {
  /** Partitions, their rows in the order of the sort keys. */
  const partitions = new Map<string, Row[]>();
  const tokens = new Map<string, { readonly untilMs: number; readonly writes: readonly Write[] }>();

  const find = ({ pk, sk }: Key): Row | undefined => {
    const rows = partitions.get(pk) ?? [];
    const row = rows[positionOf(rows, sk)];
    return row?.sk === sk ? row : undefined;
  };
  const store = ({ pk, sk }: Key, row: Row | undefined): void => {
    const rows = partitions.get(pk) ?? [];
    const position = positionOf(rows, sk);
    rows.splice(position, rows[position]?.sk === sk ? 1 : 0, ...(row ? [row] : []));
    if (rows.length > 0) partitions.set(pk, rows);
    else partitions.delete(pk);
  };
  const isRepeat = (token: string, writes: readonly Write[]): boolean => {
    for (const [old, { untilMs }] of tokens) if (untilMs <= clock.now()) tokens.delete(old);
    const known = tokens.get(token);
    if (known && !isDeepStrictEqual(known.writes, writes)) {
      throw Object.assign(new Error('the token belongs to another transaction'), {
        name: 'IdempotentParameterMismatchException',
      });
    }
    return known !== undefined;
  };

  return {
    async get(key) {
      checkKey(key);
      return copied(find(key));
    },
    async getTogether(keys) {
      if (keys.length > MAX_TOGETHER) throw invalid(`more than ${MAX_TOGETHER} rows together`);
      for (const key of keys) checkKey(key);
      return keys.map((key) => copied(find(key)));
    },
    async query(range) {
      if (range.pk === '') throw invalid('an empty key');
      return pageOf(partitions.get(range.pk) ?? [], range);
    },
    async write(write) {
      checkKey(writeKey(write));
      checkWrite(write);
      const before = find(writeKey(write));
      const ok = write.if === undefined || holds(write.if, before);
      if (ok) store(writeKey(write), changedRow(write, before));
      return outcome(ok, before);
    },
    async transact(writes, token) {
      checkTransaction(writes, token);
      if (isRepeat(token, writes)) return { outcome: 'committed' };
      const failed = failures(writes, find);
      if (failed.size > 0) return { outcome: 'refused', failed };
      // All rows are computed before the first is stored, so that an invalid write changes nothing.
      const changes = writes.map(
        (write) => [writeKey(write), changedRow(write, find(writeKey(write)))] as const,
      );
      for (const [key, row] of changes) store(key, row);
      tokens.set(token, { untilMs: clock.now() + TOKEN_LIFE_MS, writes: structuredClone(writes) });
      return { outcome: 'committed' };
    },
    dump: () =>
      [...partitions.entries()]
        .sort(([a], [b]) => compareSortKeys(a, b))
        .flatMap(([, rows]) => rows.map(copyRow)),
    restore(rows) {
      partitions.clear();
      tokens.clear();
      for (const row of rows) store(row, copyRow(row));
    },
  };
}

const copied = (row: Row | undefined): Row | undefined => row && copyRow(row);

const outcome = (ok: boolean, before: Row | undefined): WriteOutcome =>
  before ? { ok, before: copyRow(before) } : { ok };

/** The index of the sort key, or where it would be inserted. */
function positionOf(rows: readonly Row[], sk: string): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareSortKeys(rows[middle]?.sk ?? '', sk) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkTransaction(writes: readonly Write[], token: string): void {
  if (token.length < 1 || token.length > 36) throw invalid('a token is 1 to 36 characters long');
  if (writes.length < 1 || writes.length > MAX_TOGETHER) throw invalid('a transaction has 1 to 100 writes');
  const keys = writes.map(writeKey);
  for (const key of keys) checkKey(key);
  for (const write of writes) checkWrite(write);
  const distinct = new Set(keys.map(({ pk, sk }) => JSON.stringify([pk, sk])));
  if (distinct.size < keys.length) throw invalid('a transaction writes a row at most once');
  const bytes = writes.reduce((sum, write) => sum + ('put' in write ? sizeOfRow(write.put) : 0), 0);
  if (bytes > MAX_TRANSACTION_BYTES) throw invalid('a transaction above 4 MB');
}

function failures(writes: readonly Write[], find: (key: Key) => Row | undefined) {
  const failed = new Map<number, Row | undefined>();
  writes.forEach((write, index) => {
    const row = find(writeKey(write));
    if (write.if && !holds(write.if, row)) failed.set(index, copied(row));
  });
  return failed;
}

function project(row: Row, only: readonly string[]): Row {
  const wanted = new Set(only);
  const kept = Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name)));
  return { ...kept, pk: row.pk, sk: row.sk };
}

/** The index of the first row to read, and the step to the next one. */
function firstIndex(rows: readonly Row[], range: Range, after: string | undefined): number {
  if (range.descending) {
    if (after !== undefined) return positionOf(rows, after) - 1;
    return rows.findLastIndex((row) => isWithin(range, row.sk));
  }
  if (after === undefined) return positionOf(rows, range.prefix ?? range.from ?? '');
  const position = positionOf(rows, after);
  return rows[position]?.sk === after ? position + 1 : position;
}

function pageOf(rows: readonly Row[], range: Range): Page {
  const start = rangeStart(range);
  if ('none' in start) return { rows: [] };
  const page: Row[] = [];
  const step = range.descending ? -1 : 1;
  let bytes = 0;
  for (let index = firstIndex(rows, range, start.after); ; index += step) {
    const row = rows[index];
    if (!row || !isWithin(range, row.sk)) return { rows: page };
    const last = page.at(-1);
    bytes += sizeOfRow(row);
    if (last && bytes > PAGE_BYTES) return { rows: page, next: last.sk };
    page.push(range.only ? project(copyRow(row), range.only) : copyRow(row));
    // DynamoDB stops at the limit without looking further: the page after it may be empty.
    if (page.length === range.limit) return { rows: page, next: row.sk };
  }
}

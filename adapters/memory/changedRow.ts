import { type Row, type Value, type Write, writeKey } from '../../core/ports.ts';
import { checkUpdate } from '../checkUpdate.ts';
import { checkSize, copyRow, copyValue, invalid } from './storedRow.ts';

type Update = Extract<Write, { update: unknown }>;

function sum(before: Value | undefined, delta: number): number {
  if (before !== undefined && typeof before !== 'number') throw invalid('adding to what is not a number');
  return (before ?? 0) + delta;
}

function updated(write: Update, before: Row | undefined): Row {
  const row: Record<string, Value> & { pk: string; sk: string } = { ...(before ?? write.update) };
  for (const [name, value] of Object.entries(write.set ?? {})) row[name] = copyValue(value);
  for (const name of write.remove ?? []) delete row[name];
  for (const [name, delta] of Object.entries(write.add ?? {})) row[name] = copyValue(sum(row[name], delta));
  return row;
}

/** @throws on a write that DynamoDB refuses without looking at the row. */
export function checkWrite(write: Write): void {
  if ('put' in write) checkSize(copyRow(write.put));
  if ('update' in write) {
    checkUpdate(write);
    for (const value of Object.values({ ...write.set, ...write.add })) copyValue(value);
  }
}

/** The row that a write leaves behind (`undefined`: none), as a copy of its own. */
export function changedRow(write: Write, before: Row | undefined): Row | undefined {
  if ('put' in write) return copyRow(write.put);
  if ('delete' in write) return undefined;
  if ('check' in write) return before;
  const row = updated(write, before && copyRow(before));
  checkSize(row);
  return copyRow({ ...row, ...writeKey(write) });
}

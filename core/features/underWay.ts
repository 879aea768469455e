import { ProtocolError } from '@tidings/protocol';
import type { Key, Row, Value, Write } from '../ports.ts';

/** What a user has under way of one kind of work: one row, so that the limit is exact also when much is asked for at once. */
type Entry = readonly [id: string, since: number];

export interface Begun {
  readonly id: string;
  readonly now: number;
  /** Work that did not end within this time never will. */
  readonly keptMs: number;
  /** `Infinity`: nobody counts. */
  readonly max: number;
}

/**
 * The writes that take one more on.
 *
 * @param row as it was read under `key`.
 * @throws ProtocolError `limit_exceeded`.
 */
export function beginWrites(
  key: Key,
  row: Row | undefined,
  { id, now, keptMs, max }: Begun,
): readonly Write[] {
  if (max === Number.POSITIVE_INFINITY) return [];
  const others = entriesOf(row).filter(([, since]) => now - since < keptMs);
  if (others.length >= max) {
    throw new ProtocolError('limit_exceeded', `you have ${max} under way: wait until one is over`);
  }
  const entries = [...others, [id, now]] as const;
  const ttl = Math.ceil((now + keptMs) / 1000);
  return [{ put: { ...key, version: id, entries, ttl }, if: isStill(row) }];
}

/** The writes that give it back. One that was taken on before there was a limit is not in the row. */
export function endWrites(key: Key, row: Row | undefined, id: string): readonly Write[] {
  const entries = entriesOf(row);
  const others = entries.filter(([one]) => one !== id);
  if (!row || others.length === entries.length) return [];
  if (others.length === 0) return [{ delete: key, if: isStill(row) }];
  return [{ put: { ...row, version: `without ${id}`, entries: others as Value }, if: isStill(row) }];
}

const entriesOf = (row: Row | undefined) => (row?.entries ?? []) as unknown as readonly Entry[];

/** Each change has a version of its own, so that none is made on what another one has changed. */
const isStill = (row: Row | undefined) =>
  row
    ? ({ is: 'equal', attribute: 'version', value: row.version as string } as const)
    : ({ is: 'absent' } as const);

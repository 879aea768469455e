import { ProtocolError } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Key, Row, Write } from '../ports.ts';
import type { Principal } from '../principal.ts';
import { codec } from '../rows.ts';
import type { WorkRules } from './watch.ts';

type Entry = readonly [id: string, since: number];

/**
 * A user's running work of one kind, in one row, so that the limit is exact even for many requests at once.
 */
interface UnderWayRow {
  readonly version: string;
  readonly entries: readonly Entry[];
  readonly ttl: number;
}
const underWayCodec = codec<UnderWayRow>();

/** One more work, and how many its user may have. */
interface NewEntry {
  readonly rules: WorkRules;
  readonly id: string;
  readonly now: number;
  readonly max: number;
}

/** Has the ids of the work that counts, so that the caller can check whether it is still running. */
export class EnoughUnderWay extends ProtocolError {
  readonly ids: readonly string[];
  constructor({ rules, max }: NewEntry, entries: readonly Entry[]) {
    super('limit_exceeded', rules.enough(max));
    this.ids = entries.map(([id]) => id);
  }
}

/**
 * The writes that add an entry.
 *
 * @param over ids of work that is known to have ended.
 * @throws EnoughUnderWay
 */
export function beginWrites(
  key: Key,
  row: Row | undefined,
  work: NewEntry,
  over: readonly string[],
): readonly Write[] {
  const { id, now, rules, max } = work;
  if (max === Number.POSITIVE_INFINITY) return [];
  const others = entriesOf(row).filter(([one, since]) => now - since < rules.keptMs && !over.includes(one));
  if (others.length >= max) throw new EnoughUnderWay(work, others);
  const entries = [...others, [id, now]] as const;
  const ttl = Math.ceil((now + rules.keptMs) / 1000);
  return [{ put: underWayCodec.toRow(key, { version: id, entries, ttl }), if: isStill(row) }];
}

/** Where a user's work of a kind is counted. */
export const underWayKey = (
  { name }: WorkRules,
  { tenant, userId }: Pick<Principal, 'tenant' | 'userId'>,
): Key => keys.underWay(tenant, userId, name);

/** The writes that remove an entry. Work that began before there was a limit has none. */
export function endWrites(key: Key, row: Row | undefined, id: string): readonly Write[] {
  const entries = entriesOf(row);
  const others = entries.filter(([one]) => one !== id);
  if (!row || others.length === entries.length) return [];
  if (others.length === 0) return [{ delete: key, if: isStill(row) }];
  const { ttl } = underWayCodec.fromRow(row);
  const put = underWayCodec.toRow(key, { version: `without ${id}`, entries: others, ttl });
  return [{ put, if: isStill(row) }];
}

const entriesOf = (row: Row | undefined): readonly Entry[] => (row ? underWayCodec.fromRow(row).entries : []);

/** Each change sets a new version, so that no change is made on a row that has changed meanwhile. */
const isStill = (row: Row | undefined) =>
  row
    ? ({ is: 'equal', attribute: 'version', value: underWayCodec.fromRow(row).version } as const)
    : ({ is: 'absent' } as const);

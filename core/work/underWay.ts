import { ProtocolError } from '@tidings/protocol';
import type { Call } from '../call.ts';
import { keys } from '../keys.ts';
import { commitRows, type RowChange } from '../log/commitRows.ts';
import type { Key, Row, Write } from '../ports.ts';
import { busUserId, type Principal } from '../principal.ts';
import { fromRow, toRow } from '../rows.ts';
import { isUnderWay, type WorkRules } from './watch.ts';

type Entry = readonly [id: string, since: number];

/**
 * A user's running work of one kind, in one row, so that the limit is exact even for many requests at once.
 */
interface UnderWayRow {
  readonly version: string;
  readonly entries: readonly Entry[];
  readonly ttl: number;
}

/** Work that a user asks for. */
export interface Work {
  readonly rules: WorkRules;
  readonly id: string;
  readonly now: number;
}

/**
 * How many works are checked. DynamoDB reads 100 rows together, and the request needs some of them. Entries
 * that were never removed are the oldest.
 */
const maxLookedAt = 90;

/**
 * Makes a change that starts one more work. If the user seems to be at the limit, the rows of the work are
 * read too: an entry may be left over from work that ended without removing it, and must not block its user.
 *
 * @throws ProtocolError `limit_exceeded`; whatever `commitRows` throws.
 */
export async function takeOn<A extends object>(
  call: Call,
  work: Work,
  { rows = [], decide }: RowChange<A>,
): Promise<A> {
  const { tenant } = call.principal;
  const max = maxOf(call, work);
  const key = underWayKey(work.rules, call.principal);
  const commitKnowing = (ids: readonly string[]) =>
    commitRows<A>(call.runtime, call, {
      rows: [key, ...ids.map((id) => work.rules.key(tenant, id)), ...rows],
      decide: ([row, ...read]) => {
        const over = ids.filter((_, n) => !isUnderWay(read[n]));
        const { answer, writes } = decide(read.slice(ids.length));
        return { answer, writes: [...writes, ...beginWrites(key, row, { ...work, max }, over)] };
      },
    });
  try {
    return await commitKnowing([]);
  } catch (error) {
    if (!(error instanceof EnoughUnderWay)) throw error;
    return commitKnowing(error.ids.slice(0, maxLookedAt));
  }
}

/** Services on the event bus act as one user, without a limit. */
function maxOf({ principal, runtime }: Call, { rules }: Work): number {
  return principal.userId === busUserId ? Number.POSITIVE_INFINITY : rules.max(runtime.settings);
}

interface Counted extends Work {
  readonly max: number;
}

/** Has the ids of the work that counts, so that the caller can check whether it is still running. */
class EnoughUnderWay extends ProtocolError {
  readonly ids: readonly string[];
  constructor({ rules, max }: Counted, entries: readonly Entry[]) {
    super('limit_exceeded', rules.enough(max));
    this.ids = entries.map(([id]) => id);
  }
}

/**
 * @param over ids of work that is known to have ended.
 * @throws EnoughUnderWay
 */
function beginWrites(
  key: Key,
  row: Row | undefined,
  work: Counted,
  over: readonly string[],
): readonly Write[] {
  const { id, now, rules, max } = work;
  if (max === Number.POSITIVE_INFINITY) return [];
  const others = entriesOf(row).filter(([one, since]) => now - since < rules.keptMs && !over.includes(one));
  if (others.length >= max) throw new EnoughUnderWay(work, others);
  const entries = [...others, [id, now]] as const;
  const ttl = Math.ceil((now + rules.keptMs) / 1000);
  return [{ put: toRow<UnderWayRow>(key, { version: id, entries, ttl }), if: isStill(row) }];
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
  const { ttl } = fromRow<UnderWayRow>(row);
  const put = toRow<UnderWayRow>(key, { version: `without ${id}`, entries: others, ttl });
  return [{ put, if: isStill(row) }];
}

const entriesOf = (row: Row | undefined): readonly Entry[] => (row ? fromRow<UnderWayRow>(row).entries : []);

/** Each change sets a new version, so that no change is made on a row that has changed meanwhile. */
const isStill = (row: Row | undefined) =>
  row
    ? ({ is: 'equal', attribute: 'version', value: fromRow<UnderWayRow>(row).version } as const)
    : ({ is: 'absent' } as const);

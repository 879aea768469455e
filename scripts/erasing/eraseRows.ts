import { revokedUntil } from '../../core/connections/expiry.ts';
import { kindOfRow, type Owner } from '../../core/owner.ts';
import type { Key, Row } from '../../core/ports.ts';

/** How many rows there are, by their kind. */
export type Counts = Readonly<Record<string, number>>;

/** What became, or would become, of the rows of a table. */
export interface Erased {
  readonly rows: Counts;
  /** Revocations that keep tokens void which may still be there. */
  readonly kept: Counts;
  /** Rows of which nothing says whose they are. They are left as they are. */
  readonly unknown: Counts;
}

export interface EraseParts {
  /** All rows of the table, with what they are judged by. */
  readonly rows: AsyncIterable<Row>;
  readonly ownerOf: (row: Row) => Owner;
  /** The kinds that go last. */
  readonly followed: ReadonlySet<string>;
  readonly now: number;
  /** Absent: rows are only counted. */
  readonly remove?: (keys: readonly Key[]) => Promise<void>;
  readonly progress?: (read: number, found: number) => void;
}

/** As many as one request of DynamoDB may delete. */
export const batchSize = 25;

/** No token that was signed before its user's revocation is of use for longer. */
export const revocationKeptMs = 24 * 3_600_000;

const nameOf = ({ pk, sk }: Key): string => JSON.stringify([pk, sk]);

/**
 * Deletes the rows of whom is meant, those that others follow last: a second run finds whatever a first one that ended
 * early has left.
 */
export async function eraseRows({ rows, ownerOf, followed, ...parts }: EraseParts): Promise<Erased> {
  const { now, remove = async () => {}, progress } = parts;
  const [erased, kept, unknown] = [counter(), counter(), counter()];
  const followers: { readonly key: Key; readonly target: string }[] = [];
  const last = new Map<string, Key>();
  const waiting: Key[] = [];
  const flush = async (atLeast = 1) => {
    while (waiting.length >= atLeast) await remove(waiting.splice(0, batchSize));
  };
  const take = (key: Key) => {
    erased.add(key);
    waiting.push(key);
  };

  let read = 0;
  for await (const row of rows) {
    read += 1;
    progress?.(read, erased.total());
    const owner = judge(ownerOf(row), row, now);
    const key = { pk: row.pk, sk: row.sk };
    if (owner === 'kept') kept.add(key);
    else if (owner === 'unknown') unknown.add(key);
    else if (typeof owner === 'object') followers.push({ key, target: nameOf(owner.follows) });
    else if (owner === 'theirs' && followed.has(kindOfRow(key))) last.set(nameOf(key), key);
    else if (owner === 'theirs') take(key);
    await flush(batchSize);
  }
  for (const { key, target } of followers) if (last.has(target)) take(key);
  await flush();
  for (const key of last.values()) take(key);
  await flush();
  return { rows: erased.counts, kept: kept.counts, unknown: unknown.counts };
}

type Judged = Exclude<Owner, 'revocation'> | 'kept';

function judge(owner: Owner, row: Row, now: number): Judged {
  if (owner !== 'revocation') return owner;
  return revokedUntil(row) > now - revocationKeptMs ? 'kept' : 'theirs';
}

function counter() {
  const counts: Record<string, number> = {};
  let total = 0;
  return {
    counts: counts as Counts,
    total: () => total,
    add(key: Key) {
      const kind = kindOfRow(key);
      counts[kind] = (counts[kind] ?? 0) + 1;
      total += 1;
    },
  };
}

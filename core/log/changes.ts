import { readAll } from '../allRows.ts';
import { changeSortKey, keys, readChangedId } from '../keys.ts';
import type { Table } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';

/** Where a topic stood after a commit, in the list of its kind. */
interface ChangeRow {
  readonly epoch: string;
  readonly seq: number;
  /** The number of its first event, where it has several. */
  readonly first?: number;
  readonly ttl: number;
}
const changeCodec = codec<ChangeRow>();

/** Longer than `lookFrom` ever leads back. */
const listedSeconds = 3600;

/**
 * Lists a commit, where somebody follows all topics of its kind as one, so that `sync` need not read them all.
 *
 * This is no part of the transaction, of which it would be a fourth row. If the function dies before it, nobody was
 * given an answer, and a repeat of the `ref` lists it; if there is none, `lookFrom` sees to it.
 */
export async function listChange(
  { table }: Pick<Runtime, 'table'>,
  tenant: string,
  topic: Topic,
  { epoch, from, to }: LoggedRange,
  at: number,
): Promise<void> {
  const ttl = Math.ceil(at / 1000) + listedSeconds;
  const change = { epoch, seq: to, ...(from < to && { first: from }), ttl };
  await table.write({ put: changeCodec.toRow(keys.change(tenant, topic, at, to), change) });
}

/** Events that follow each other in a log. */
export interface LoggedRange {
  readonly epoch: string;
  readonly from: number;
  readonly to: number;
}

/** What was listed of the topics of a kind from a time on: of each, from its first such event to its last. */
export async function changesFrom(
  table: Table,
  tenant: string,
  { kind }: Topic,
  from: number,
): Promise<readonly (LoggedRange & { readonly id: string })[]> {
  const lists = keys.changesPartitions(tenant, kind);
  const rows = await Promise.all(lists.map((pk) => readAll(table, { pk, from: changeSortKey(from) })));
  const changed = new Map<string, LoggedRange & { readonly id: string }>();
  for (const row of rows.flat()) {
    const { sk, epoch, seq, first = seq } = changeCodec.fromRow(row);
    const id = readChangedId(sk);
    const name = `${id} ${epoch}`;
    const { from, to } = changed.get(name) ?? { from: first, to: seq };
    changed.set(name, { id, epoch, from: Math.min(first, from), to: Math.max(seq, to) });
  }
  return [...changed.values()];
}

/** With more in one list than this, all heads are cheaper to read. */
const maxListed = 250;

/**
 * The topics of a kind that were listed from a time on, by their ids, each with where it stood last.
 *
 * @returns nothing where they are too many.
 */
export async function listedChanges(
  table: Table,
  tenant: string,
  { kind }: Topic,
  from: number,
): Promise<ReadonlyMap<string, Pick<ChangeRow, 'epoch' | 'seq'>> | undefined> {
  const pages = await Promise.all(
    keys
      .changesPartitions(tenant, kind)
      .map((pk) => table.query({ pk, from: changeSortKey(from), limit: maxListed })),
  );
  if (pages.some(({ next }) => next !== undefined)) return undefined;
  const changed = new Map<string, Pick<ChangeRow, 'epoch' | 'seq'>>();
  for (const row of pages.flatMap(({ rows }) => rows)) {
    const { sk, epoch, seq } = changeCodec.fromRow(row);
    const id = readChangedId(sk);
    const known = changed.get(id);
    // Functions that commit at the same time list in any order.
    if (known?.epoch !== epoch || known.seq < seq) changed.set(id, { epoch, seq });
  }
  return changed;
}

/** How often all heads are compared, for commits that nobody listed. */
const comparedMs = 10 * 60_000;

/** Commits of different topics have no common order, and clocks differ, so a search for changes begins this much earlier. */
export const marginMs = 60_000;

/**
 * Where to look for what changed since a time, and from when on.
 *
 * The list has all commits since the connection follows the topics, but for those whose function died before it came to
 * that. So every ten minutes of a connection all heads are compared, with what changed since the time before.
 *
 * @param followedSince absent where that is not known.
 */
export function lookFrom(
  since: number,
  now: number,
  followedSince: number | undefined,
): { readonly among: 'listed' | 'heads'; readonly from: number } {
  const from = since - marginMs;
  if (followedSince === undefined || from < followedSince) return { among: 'heads', from };
  const periodOf = (at: number) => Math.floor((at - followedSince) / comparedMs);
  if (periodOf(since) >= periodOf(now)) return { among: 'listed', from };
  const before = followedSince + (periodOf(now) - 1) * comparedMs;
  return { among: 'heads', from: Math.min(from, before - marginMs) };
}

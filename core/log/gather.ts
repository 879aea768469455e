import { keys } from '../keys.ts';
import type { Key, Row } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { Head, Topic } from '../topics.ts';
import { type Change, decideOn, type EventDecision } from './change.ts';
import { changeOf } from './changeOf.ts';
import { beginGroup } from './groupCommit.ts';
import type { Committed } from './rememberedRequest.ts';
import type { RequestKey } from './request.ts';
import { readHead } from './topicHead.ts';
import { giveUpLease, type Lease, readLine, type Waiting } from './waiting.ts';

/** A change that may be gathered, with the row of its request if that waits in line. */
interface Candidate<S> {
  readonly request: RequestKey;
  readonly change: Change<S>;
  readonly waiting?: Key;
}

/** How many changes one transaction has at most. */
const maxGathered = 25;
/** How much of the line is read at once: some of the rows may be of no use. */
export const maxRead = maxGathered + 10;
/** After this it begins no further transaction, once its own change is made: its requester waits too. */
const maxGatheringMs = 80;
/** How long others know of a topic that commits on it are gathered. */
export const hotMs = 1000;

/** Longer than a request waits in line, by whichever clock. */
const keptInLineMs = 10_000;

/** Whether requests may be left in the line of a topic: some time ago its commits were gathered. */
export const mayHaveLine = (head: Head | undefined, now: number): boolean =>
  head?.hotUntil !== undefined && head.hotUntil > now - keptInLineMs;

/** Whether commits on a topic are gathered. */
export const isHot = (head: Head | undefined, now: number): boolean => (head?.hotUntil ?? 0) > now;

/**
 * Commits a change together with those of others that wait in line, for as long as there are some and the time allows.
 * What is only the lease's is to be cheap: that nothing is lost or done twice is held by the conditions of each
 * transaction, whoever has the lease.
 *
 * @returns nothing where the own change was not made.
 */
export async function gather<S>(
  runtime: Runtime & { readonly deadline: number },
  own: Candidate<S>,
  lease: Lease,
): Promise<Committed | undefined> {
  const { tenant } = own.request.principal;
  const { topic } = own.change;
  const progress: Progress = {};
  try {
    await gatherRounds(runtime, own, progress);
  } catch (error) {
    if (!progress.own) throw error;
    // What else came of it is for those who wait: their places in line say whether they must go on.
    runtime.reporter.report(error, { requestId: runtime.requestId ?? own.request.ref, what: 'gathering' });
  } finally {
    await giveUpLease(runtime, tenant, topic, lease);
  }
  return progress.own;
}

interface Progress {
  /** Once the own change is made. */
  own?: Committed | undefined;
}

async function gatherRounds<S>(
  runtime: Runtime & { readonly deadline: number },
  own: Candidate<S>,
  progress: Progress,
): Promise<void> {
  const { table, clock, deadline, random } = runtime;
  const { tenant } = own.request.principal;
  const { topic } = own.change;
  const endsAt = clock.now() + maxGatheringMs;
  const line = lineOf(runtime, own);
  let [head, others] = await Promise.all([readHead(table, tenant, topic), line.next()]);
  for (;;) {
    if (progress.own && others.length === 0) return;
    const round = await roundOrAlone(runtime, topic, head, own, progress.own ? others : [own, ...others]);
    progress.own ??= round.committed.get(own);
    await line.pass(round);
    const isLate = clock.now() >= (progress.own ? endsAt : deadline);
    if (isLate || round.passed.includes(own)) return;
    if (round.head === 'unknown') await clock.wait(1 + random.fraction() * 10);
    const { head: known } = round;
    [head, others] = await Promise.all([
      known === 'unknown' ? readHead(table, tenant, topic) : known,
      line.next(),
    ]);
  }
}

/** It stays hot for as long as there is something to gather. */
function hotUntil(head: Head | undefined, gathered: number, now: number): number | undefined {
  return gathered > 1 || !isHot(head, now) ? now + hotMs : head?.hotUntil;
}

interface Round<S> {
  readonly committed: ReadonlyMap<Candidate<S>, Committed>;
  /** Those that are left to their requesters. */
  readonly passed: readonly Candidate<S>[];
  /** As it is now, as far as known. */
  readonly head: Head<S> | undefined | 'unknown';
}

/** A round that fails as a whole, be it by one of them that the database refuses, leaves the others to their requesters. */
async function roundOrAlone<S>(
  runtime: Runtime,
  topic: Topic<S>,
  head: Head<S> | undefined,
  own: Candidate<S>,
  candidates: readonly Candidate<S>[],
): Promise<Round<S>> {
  try {
    return await commitRound(runtime, topic, head, own, candidates);
  } catch (error) {
    const others = candidates.filter((one) => one !== own);
    if (others.length === 0 || others.length === candidates.length) throw error;
    const alone = await commitRound(runtime, topic, head, own, [own]);
    return { ...alone, passed: [...alone.passed, ...others] };
  }
}

/** Decides on changes one after the other, and commits those that have events. Who finds no room stays in line. */
async function commitRound<S>(
  runtime: Runtime,
  topic: Topic<S>,
  head: Head<S> | undefined,
  own: Candidate<S>,
  candidates: readonly Candidate<S>[],
): Promise<Round<S>> {
  const { clock, metrics, headCache } = runtime;
  const { tenant } = own.request.principal;
  // After the head: what changes with the head only is as it was, if the head is.
  const rows = await readRows(runtime, candidates);
  const now = clock.now();
  const group = beginGroup(runtime, tenant, topic, head, now);
  const gathered: Candidate<S>[] = [];
  const passed: Candidate<S>[] = [];
  for (const [at, candidate] of candidates.entries()) {
    const { change, request, waiting } = candidate;
    const read = rows[at];
    if (!read || !group.leavesAlone(change.rows ?? [])) continue;
    const decision = eventOf(change, group.state(), read, now);
    if (!decision) passed.push(candidate);
    // Who has nothing to commit gathers for nobody: it is soon refused, and has changed nothing by then.
    if (!decision && candidate === own) break;
    const { except } = change;
    if (decision && group.add({ request, decision, except, ...(waiting && { waiting }) }))
      gathered.push(candidate);
    if (gathered.length === maxGathered) break;
  }
  if (gathered.length === 0) return { committed: new Map(), passed, head };
  metrics.add('CommitTries', 1);
  const result = await group.commit(hotUntil(head, gathered.length, now));
  if (result.outcome === 'committed') {
    headCache.set(tenant, topic, result.head);
    const answers = group.answers();
    const committed = new Map(gathered.map((one, at) => [one, answers[at] as Committed]));
    return { committed, passed, head: result.head };
  }
  metrics.add('CommitConflicts', 1);
  headCache.delete(tenant, topic);
  if (result.outcome === 'conflict') return { committed: new Map(), passed: [], head: 'unknown' };
  const failed = gathered.filter((_, at) => result.failed.has(at));
  const moved = result.head === 'gone' ? undefined : (result.head ?? head);
  return { committed: new Map(), passed: failed, head: moved };
}

/** The rows that each change depends on; nothing for those that are too many to be read at once. */
async function readRows<S>(
  { table }: Runtime,
  candidates: readonly Candidate<S>[],
): Promise<readonly (readonly (Row | undefined)[] | undefined)[]> {
  const wanted = candidates.map(({ change: { rows = [] } }) => rows);
  const all = wanted.flat().slice(0, 100);
  const read = all.length > 0 ? await table.getTogether(all) : [];
  let from = 0;
  return wanted.map(({ length }) => {
    const rows = read.slice(from, from + length);
    from += length;
    return rows.length === length ? rows : undefined;
  });
}

function eventOf<S>(
  change: Change<S>,
  state: S,
  rows: readonly (Row | undefined)[],
  now: number,
): EventDecision<S> | undefined {
  try {
    const decision = decideOn(change, state, rows, now);
    return 'event' in decision ? decision : undefined;
  } catch {
    // Its requester judges by itself, on a read.
    return undefined;
  }
}

/** Those that wait in line, as far as their requests are understood. */
function lineOf<S>(runtime: Runtime, own: Candidate<S>) {
  const { table, clock } = runtime;
  const { tenant } = own.request.principal;
  const { topic } = own.change;
  const known = new Map<string, Candidate<S>>();
  const done = new Set<string>();
  const nameOf = ({ request: { principal, ref } }: Candidate<S>) =>
    keys.ref(tenant, principal.userId, ref).pk;
  const remove = (waiting: readonly Key[]) => Promise.all(waiting.map((key) => table.write({ delete: key })));
  const toCandidate = async ({ key, call }: Waiting): Promise<Candidate<S> | undefined> => {
    const request = await call();
    const change = request && (await changeOf(runtime, topic, request));
    return change && { request, change, waiting: key };
  };
  return {
    /** The next ones. Those that nobody waits for any more, or are of no use, leave the line. */
    async next(): Promise<readonly Candidate<S>[]> {
      const line = await readLine(runtime, tenant, topic, maxRead);
      const useless: Key[] = [];
      const next = await Promise.all(
        line.map(async (waiting) => {
          const { key, until } = waiting;
          if (key.sk === own.waiting?.sk) return undefined;
          const candidate = known.get(key.sk) ?? (until >= clock.now() && (await toCandidate(waiting)));
          if (!candidate || done.has(nameOf(candidate))) return void useless.push(key);
          known.set(key.sk, candidate);
          return candidate;
        }),
      );
      await remove(useless);
      return next.filter((one) => one !== undefined);
    },
    /** What was passed over leaves the line, but for the own one. */
    async pass({ committed, passed }: Round<S>): Promise<void> {
      for (const one of committed.keys()) done.add(nameOf(one));
      await remove(
        passed.flatMap(({ waiting }) => (waiting && waiting.sk !== own.waiting?.sk ? waiting : [])),
      );
    },
  };
}

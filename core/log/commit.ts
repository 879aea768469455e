import { errorRules, ProtocolError } from '@tidings/protocol';
import { withDeadline } from '../deadline.ts';
import { keys } from '../keys.ts';
import { again, retry, tooBusy } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { maxTurnMs } from '../timeouts.ts';
import { type Head, stateOf } from '../topics.ts';
import { type Change, type Decided, decideOn, type EventDecision } from './change.ts';
import { hotMs, isHot, mayHaveLine } from './gather.ts';
import { beginGroup } from './groupCommit.ts';
import { commitInLine, withdraw } from './line.ts';
import { answerAgain, type Committed, isKept, refWrite } from './rememberedRequest.ts';
import type { RequestKey } from './request.ts';
import { readHead, toHead } from './topicHead.ts';
import { isOver, type Requested, readLease } from './waiting.ts';

/** Others commit on the topic at the same time. */
type Contended = 'contended';

/**
 * Makes one change to one topic: the head, its events, the feature's rows and the memory of the request are
 * written together or not at all. `seq` has no holes, its order is the order of the commits, and an answer
 * is only ever given for what the database has accepted.
 *
 * @throws ProtocolError the decision's own refusal; `conflict` (the `ref` was used for another request);
 *   `unavailable` after three seconds of contention or silence.
 */
export async function commit<S>(runtime: Runtime, request: Requested, change: Change<S>): Promise<Committed> {
  if (runtime.handOver) return runtime.handOver(request, change as Change<unknown>);
  await rememberHead(runtime, request.principal.tenant, change);
  try {
    return await commitAloneOrInLine(runtime, request, change);
  } catch (error) {
    const head = runtime.headCache.get(request.principal.tenant, change.topic);
    const isFinal = error instanceof ProtocolError && !errorRules[error.code].retryable;
    if (!isFinal || !mayHaveLine(head, runtime.clock.now())) throw error;
    const committed = await withdraw(runtime, request, change);
    if (committed) return committed;
    throw error;
  }
}

/** @throws ProtocolError as `commit` */
async function commitAloneOrInLine<S>(
  runtime: Runtime,
  request: Requested,
  change: Change<S>,
): Promise<Committed> {
  const alone = await commitAlone(runtime, request, change);
  if (alone !== 'contended') return alone;
  const bounded = withDeadline(runtime);
  // Outside of the turn: who waits in line holds up nobody.
  const gathered = await commitInLine(bounded, request, change, { mayBeGathered: true });
  if (gathered) return gathered;
  // Who was passed over judges by itself, on a read, and does not wait to be gathered again.
  for (;;) {
    runtime.headCache.delete(request.principal.tenant, change.topic);
    const judged = await commitAlone(bounded, request, change);
    if (judged !== 'contended') return judged;
    if (bounded.clock.now() >= bounded.deadline) throw tooBusy();
    const committed = await commitInLine(bounded, request, change, { mayBeGathered: false });
    if (committed) return committed;
  }
}

/** Commits a change by itself, unless others are in the way. */
async function commitAlone<S>(
  runtime: Runtime,
  request: RequestKey,
  change: Change<S>,
): Promise<Committed | Contended> {
  const { clock, headCache } = runtime;
  const { tenant, userId } = request.principal;
  const waitsUntil = clock.now() + maxTurnMs;
  for (;;) {
    const guess = guessEvent(runtime, request, change);
    const result =
      (guess === 'none' && (await decideWithoutTurn(runtime, request, change))) ||
      (isHot(headCache.get(tenant, change.topic), clock.now()) && 'contended') ||
      (await headCache.inTurn(tenant, change.topic, userId, async () => {
        if (clock.now() > waitsUntil) throw tooBusy();
        // What was committed meanwhile counts. If it leaves no event to commit, that is judged without the turn.
        const now = guessEvent(runtime, request, change);
        return now === 'none' ? undefined : commitInTurn(runtime, request, change, now);
      }));
    if (result) return result;
  }
}

/**
 * Reads the head of a topic that this environment does not know, or knows to be a busy one, by itself: it is on this
 * that a change without rows is tried. It is not read together with the memory of the request, which costs four times as much and meets every
 * commit under way; a repeat is found by the condition of its memory.
 */
async function rememberHead<S>(
  { table, headCache, clock }: Runtime,
  tenant: string,
  { topic, rows = [] }: Change<S>,
): Promise<void> {
  const cached = headCache.get(tenant, topic);
  const wasHot = cached?.hotUntil !== undefined && !isHot(cached, clock.now());
  if (rows.length > 0 || (cached && !wasHot)) return;
  const head = await readHead(table, tenant, topic);
  // A commit of the meantime knows better.
  if (head && headCache.get(tenant, topic) === cached) headCache.set(tenant, topic, head);
}

/**
 * What the remembered head makes of a change without rows: an event, which is good for a try; or `none`, since it
 * refuses or leaves all as it is. The head may be stale, so that is for a read to say.
 */
function guessEvent<S>(
  runtime: Runtime,
  request: RequestKey,
  change: Change<S>,
): Decided<S, EventDecision<S>> | 'none' | undefined {
  const { topic, rows = [] } = change;
  const head = rows.length === 0 ? runtime.headCache.get(request.principal.tenant, topic) : undefined;
  if (!head) return undefined;
  const now = runtime.clock.now();
  try {
    const decision = decideOn(change, stateOf(runtime.app, topic, head), [], now);
    return 'event' in decision ? { head, decision, now } : 'none';
  } catch {
    return 'none';
  }
}

/**
 * Judges on a read what seems to move nothing. It takes no turn, so however many ask for what is refused, nobody
 * else of the topic waits for them.
 *
 * @returns nothing: there is an event to commit after all.
 */
async function decideWithoutTurn<S>(
  runtime: Runtime,
  request: RequestKey,
  change: Change<S>,
): Promise<Committed | undefined> {
  const { headCache } = runtime;
  const { tenant } = request.principal;
  const suspected = headCache.get(tenant, change.topic);
  const read = await readAndDecide(runtime, request, change, (head) => {
    // A commit of the meantime knows better.
    if (headCache.get(tenant, change.topic) !== suspected) return;
    if (head) headCache.set(tenant, change.topic, head);
    else headCache.delete(tenant, change.topic);
  });
  if ('answer' in read) return read;
  return 'event' in read.decision ? undefined : writeUnchanged(runtime, request, read.decision.unchanged);
}

/** How often a commit that meets others is tried by itself. */
const maxTries = 2;

/** @returns nothing where by now it leaves no event to commit. */
async function commitInTurn<S>(
  parts: Runtime,
  request: RequestKey,
  change: Change<S>,
  guess: Decided<S, EventDecision<S>> | undefined,
): Promise<Committed | Contended | undefined> {
  const runtime = withDeadline(parts);
  const { headCache, clock, metrics } = runtime;
  const { tenant } = request.principal;
  let contended = 0;
  return retry(runtime, async (round) => {
    const decided = (round === 0 && guess) || (await decideAgain(runtime, request, change, round));
    if (decided === 'none') return undefined;
    if (decided === 'contended' || 'answer' in decided) return decided;
    const { decision, ...basis } = decided;
    if ('event' in decision && isHot(decided.head, clock.now())) return 'contended';
    metrics.add('CommitTries', 1);
    const attempt =
      'unchanged' in decision
        ? await writeUnchanged(runtime, request, decision.unchanged)
        : await writeEvent(runtime, request, change, { ...basis, decision }, contended > 0);
    if (typeof attempt === 'object' && 'answer' in attempt) return attempt;
    metrics.add('CommitConflicts', 1);
    if (attempt?.head) headCache.set(tenant, change.topic, attempt.head);
    else headCache.delete(tenant, change.topic);
    // A head that was only remembered may be an old one.
    if (attempt && (round > 0 || !attempt.head)) contended++;
    return contended === maxTries ? 'contended' : again();
  });
}

/** Decides on the head that another commit left or, where that is not known, on what is read now. */
async function decideAgain<S>(
  runtime: Runtime,
  request: RequestKey,
  change: Change<S>,
  round: number,
): Promise<Decided<S> | Committed | Contended | 'none'> {
  const { table, headCache, clock } = runtime;
  const { tenant } = request.principal;
  const { topic, rows = [] } = change;
  if (round > 0 && rows.length === 0) {
    if (!headCache.get(tenant, topic)) {
      const [head, lease] = await Promise.all([
        readHead(table, tenant, topic),
        readLease(runtime, tenant, topic),
      ]);
      if (lease && !isOver(lease, clock.now())) return 'contended';
      if (head) headCache.set(tenant, topic, head);
    }
    const guess = guessEvent(runtime, request, change);
    if (guess) return guess;
  }
  return readAndDecide(runtime, request, change, (head) => {
    if (head) headCache.set(tenant, topic, head);
  });
}

/**
 * Decides on the head and the rows as they were in one instant.
 *
 * @param onRead called before the decision, which may refuse.
 * @returns the first answer again, where the request was carried out already.
 */
async function readAndDecide<S>(
  runtime: Runtime,
  request: RequestKey,
  change: Change<S>,
  onRead: (head: Head<S> | undefined) => void,
): Promise<Decided<S> | Committed> {
  const { topic, rows = [] } = change;
  const { tenant, userId } = request.principal;
  const [row, ref, ...read] = await runtime.table.getTogether([
    keys.head(tenant, topic),
    keys.ref(tenant, userId, request.ref),
    ...rows,
  ]);
  if (ref && isKept(ref, runtime)) return answerAgain(runtime, request, ref);
  const head = row && toHead<S>(row);
  onRead(head);
  const now = runtime.clock.now();
  return { head, decision: decideOn(change, stateOf(runtime.app, topic, head), read, now), now };
}

async function writeUnchanged(
  runtime: Runtime,
  request: RequestKey,
  answer: object,
): Promise<Committed | undefined> {
  const { ok, before } = await runtime.table.write(refWrite(runtime, request, { answer }));
  if (ok) return { answer };
  return before && answerAgain(runtime, request, before);
}

/** What was in the way of a commit: another one, and the head that it left, where that was shown. */
interface Rival<S> {
  readonly head: Head<S> | undefined;
}

/**
 * @param hot whether others are told to have their commits gathered.
 * @returns nothing where a row of the feature had changed.
 */
async function writeEvent<S>(
  runtime: Runtime,
  request: RequestKey,
  { topic, except }: Change<S>,
  { head, decision, now }: Decided<S, EventDecision<S>>,
  hot: boolean,
): Promise<Committed | Rival<S> | undefined> {
  const { tenant } = request.principal;
  const group = beginGroup(runtime, tenant, topic, head, now);
  group.add({ request, decision, except });
  // For a while it is remembered that there was a line: requests may be left in it.
  const wasHotUntil = mayHaveLine(head, now) ? head?.hotUntil : undefined;
  const result = await group.commit(hot ? now + hotMs : wasHotUntil);
  if (result.outcome === 'committed') {
    runtime.headCache.set(tenant, topic, result.head);
    return group.answers()[0];
  }
  if (result.outcome === 'conflict') return { head: undefined };
  const ref = result.refs.get(0);
  if (ref) return answerAgain(runtime, request, ref);
  return result.head && { head: result.head === 'gone' ? undefined : result.head };
}

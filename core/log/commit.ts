import { type EventFrame, wireTopic } from '@tidings/protocol';
import { withDeadline } from '../deadline.ts';
import { keys } from '../keys.ts';
import type { Key, Row, Write } from '../ports.ts';
import { shownUser } from '../principal.ts';
import { again, retry, tooBusy } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { maxTurnMs } from '../timeouts.ts';
import { changedState, type Head, retentionMsOf, stateOf, type Topic } from '../topics.ts';
import { settle } from '../transact.ts';
import { type LoggedEvent, toLogRow } from './loggedEvent.ts';
import { answerAgain, type Committed, isKept, refWrite } from './rememberedRequest.ts';
import type { RequestKey } from './request.ts';
import { headWrite, readHead, toHead } from './topicHead.ts';

/** An event before it has its place in a log. */
export interface NewEvent {
  readonly type: string;
  readonly payload: object;
}

/** How many events one change may have: with the head, the memory of the request and a feature's rows, a transaction has 100 writes. */
export const maxEvents = 50;

/**
 * What a feature decides on a topic's state: an event, or several in this order, with the state after all of them; or
 * that nothing is to change. A refusal is a thrown ProtocolError.
 */
export type Decision<S, E extends NewEvent = NewEvent> =
  | {
      readonly event: E | readonly [E, ...E[]];
      readonly state: S;
      readonly answer: object;
      /** Rows of the feature's own, each with the condition under which it was decided. */
      readonly writes?: readonly Write[];
    }
  | { readonly unchanged: object };

export interface Change<S, E extends NewEvent = NewEvent> {
  readonly topic: Topic<S>;
  /** Rows that the decision depends on besides the head: read in one instant with it. */
  readonly rows?: readonly Key[];
  /** Pure: it may run several times, each time on what is true then. `now` is when: milliseconds since 1970. */
  readonly decide: (state: S, rows: readonly (Row | undefined)[], now: number) => Decision<S, E>;
}

type EventDecision<S> = Extract<Decision<S>, { event: object }>;

/** What was decided, on which head and when. */
interface Decided<S, D extends Decision<S> = Decision<S>> {
  readonly head: Head<S> | undefined;
  readonly decision: D;
  readonly now: number;
}

/**
 * Makes one change to one topic: the head, its events, the feature's rows and the memory of the request are
 * written together or not at all. `seq` has no holes, its order is the order of the commits, and an answer
 * is only ever given for what the database has accepted.
 *
 * @throws ProtocolError the decision's own refusal; `conflict` (the `ref` was used for another request);
 *   `unavailable` after three seconds of contention or silence.
 */
export async function commit<S>(
  runtime: Runtime,
  request: RequestKey,
  change: Change<S>,
): Promise<Committed> {
  const { clock, headCache } = runtime;
  const { tenant, userId } = request.principal;
  const waitsUntil = clock.now() + maxTurnMs;
  await rememberHead(runtime, tenant, change);
  for (;;) {
    const guess = guessEvent(runtime, request, change);
    const committed =
      (guess === 'none' && (await decideWithoutTurn(runtime, request, change))) ||
      (await headCache.inTurn(tenant, change.topic, userId, async () => {
        if (clock.now() > waitsUntil) throw tooBusy();
        // What was committed meanwhile counts. If it leaves no event to commit, that is judged without the turn.
        const now = guessEvent(runtime, request, change);
        return now === 'none' ? undefined : commitInTurn(runtime, request, change, now);
      }));
    if (committed) return committed;
  }
}

/**
 * Reads the head of a topic that this environment does not know: it is on this that a change without rows is tried. It
 * is not read together with the memory of the request, which costs four times as much; a repeat is found by the
 * condition of its memory.
 */
async function rememberHead<S>(
  { table, headCache }: Runtime,
  tenant: string,
  { topic, rows = [] }: Change<S>,
): Promise<void> {
  if (rows.length > 0 || headCache.get(tenant, topic)) return;
  const head = await readHead(table, tenant, topic);
  // A commit of the meantime knows better.
  if (head && !headCache.get(tenant, topic)) headCache.set(tenant, topic, head);
}

/**
 * What the remembered head makes of a change without rows: an event, which is good for a try; or `none`, since it
 * refuses or leaves all as it is. The head may be stale, so that is for a read to say.
 */
function guessEvent<S>(
  runtime: Runtime,
  request: RequestKey,
  { topic, rows = [], decide }: Change<S>,
): Decided<S, EventDecision<S>> | 'none' | undefined {
  const head = rows.length === 0 ? runtime.headCache.get(request.principal.tenant, topic) : undefined;
  if (!head) return undefined;
  const now = runtime.clock.now();
  try {
    const decision = decide(stateOf(runtime.app, topic, head), [], now);
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

async function commitInTurn<S>(
  parts: Runtime,
  request: RequestKey,
  change: Change<S>,
  guess: Decided<S, EventDecision<S>> | undefined,
): Promise<Committed> {
  const runtime = withDeadline(parts);
  const { headCache } = runtime;
  const { tenant } = request.principal;
  return retry(runtime, async (round) => {
    const decided: Decided<S> | Committed =
      (round === 0 && guess) ||
      (await readAndDecide(runtime, request, change, (head) => {
        if (head) headCache.set(tenant, change.topic, head);
      }));
    if ('answer' in decided) return decided;
    const { decision, ...basis } = decided;
    runtime.metrics.add('CommitTries', 1);
    const attempt =
      'unchanged' in decision
        ? await writeUnchanged(runtime, request, decision.unchanged)
        : await writeEvent(runtime, request, change.topic, { ...basis, decision });
    if (attempt) return attempt;
    runtime.metrics.add('CommitConflicts', 1);
    headCache.delete(tenant, change.topic);
    return again();
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
  { topic, rows = [], decide }: Change<S>,
  onRead: (head: Head<S> | undefined) => void,
): Promise<Decided<S> | Committed> {
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
  return { head, decision: decide(stateOf(runtime.app, topic, head), read, now), now };
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

async function writeEvent<S>(
  runtime: Runtime,
  request: RequestKey,
  topic: Topic<S>,
  { head: before, decision, now }: Decided<S, EventDecision<S>>,
): Promise<Committed | undefined> {
  const { random, headCache } = runtime;
  const { tenant } = request.principal;
  const events = [decision.event].flat();
  if (events.length > maxEvents) throw new Error(`a change of ${events.length} events is too large`);
  const after: Head<S> = {
    epoch: before?.epoch ?? random.id(),
    seq: (before?.seq ?? 0) + events.length,
    state: changedState(runtime.app, topic, before, decision.state),
    updatedAt: now,
    ...(before?.kept && { kept: true }),
  };
  const firstSeq = after.seq - events.length + 1;
  const logged = events.map((event, index) =>
    toLoggedEvent(runtime, request, topic, event, { epoch: after.epoch, seq: firstSeq + index }, now),
  );
  const answer = { ...decision.answer, epoch: after.epoch, seq: after.seq };
  const memory = { answer, log: keys.log(tenant, topic, after.epoch, after.seq) };
  const retentionMs = retentionMsOf(runtime, topic);
  const writes: Write[] = [
    headWrite(runtime, tenant, topic, before, after),
    refWrite(runtime, request, { ...memory, ...(events.length > 1 && { events: events.length }) }),
    ...logged.map((event, index): Write => {
      const emit = runtime.app.emitted.has(events[index]?.type ?? '');
      return { put: toLogRow(tenant, topic, event, { at: now, retentionMs, emit }) };
    }),
    ...(decision.writes ?? []),
  ];
  const result = await settle(runtime, writes);
  if (result.outcome === 'committed') {
    headCache.set(tenant, topic, after);
    return { answer, events: logged };
  }
  const ref = result.outcome === 'refused' ? result.failed.get(1) : undefined;
  return ref && answerAgain(runtime, request, ref);
}

function toLoggedEvent(
  { random }: Runtime,
  { principal }: RequestKey,
  topic: Topic,
  { type, payload }: NewEvent,
  { epoch, seq }: Pick<LoggedEvent, 'epoch' | 'seq'>,
  ts: number,
): LoggedEvent {
  const frame: EventFrame = {
    type,
    topic: wireTopic(topic),
    epoch,
    seq,
    id: random.id(),
    from: shownUser(principal.userId),
    ts,
    payload,
  };
  return { frame: JSON.stringify(frame), epoch, seq };
}

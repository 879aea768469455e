import { type EventFrame, ProtocolError, wireTopic } from '@tidings/protocol';
import { withDeadline } from '../deadline.ts';
import { keys } from '../keys.ts';
import type { Key, Row, Value, Write } from '../ports.ts';
import { shownUser } from '../principal.ts';
import { again, retry, tooBusy } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { maxTurnMs } from '../timeouts.ts';
import { type Head, retentionMsOf, rulesOf, type Topic } from '../topics.ts';
import { settle } from '../transact.ts';
import { headWrite, toHead } from './heads.ts';
import { isSameRequest, type Request } from './request.ts';

/**
 * What a feature decides on a topic's state: an event with the state after it, or that nothing is to change.
 * A refusal is a thrown ProtocolError.
 */
export type Decision<S> =
  | {
      readonly event: { readonly type: string; readonly payload: object };
      readonly state: S;
      readonly answer: object;
      /** Rows of the feature's own, each with the condition under which it was decided. */
      readonly writes?: readonly Write[];
    }
  | { readonly unchanged: object };

export interface Change<S> {
  readonly topic: Topic<S>;
  /** Rows that the decision depends on besides the head: read in one instant with it. */
  readonly rows?: readonly Key[];
  /** Pure: it may run several times, each time on what is true then. `now` is when: milliseconds since 1970. */
  readonly decide: (state: S, rows: readonly (Row | undefined)[], now: number) => Decision<S>;
}

/** How a request ended: what to answer, and the frame to send, if there is one. */
export interface Committed {
  readonly answer: object;
  readonly frame?: string;
  /** The frame was sent before, or should have been: see `resentWrite`. */
  readonly isAgain?: true;
}

const refMs = 24 * 3_600_000;
/** A log row outlives its last reader by this much; who reads it judges by `at`. */
const logMarginSeconds = 3600;

type EventDecision<S> = Extract<Decision<S>, { event: object }>;

/** What was decided, on which head and when. */
interface Decided<S, D extends Decision<S> = Decision<S>> {
  readonly head: Head<S> | undefined;
  readonly decision: D;
  readonly now: number;
}

/**
 * Makes one change to one topic: the head, the event, the feature's rows and the memory of the request are
 * written together or not at all. `seq` has no holes, its order is the order of the commits, and an answer
 * is only ever given for what the database has accepted.
 *
 * @throws ProtocolError the decision's own refusal; `conflict` (the `ref` was used for another request);
 *   `unavailable` after three seconds of contention or silence.
 */
export async function commit<S>(runtime: Runtime, request: Request, change: Change<S>): Promise<Committed> {
  const { clock, heads } = runtime;
  const { tenant, userId } = request.principal;
  const waitsUntil = clock.now() + maxTurnMs;
  for (;;) {
    const guess = guessEvent(runtime, request, change);
    const committed =
      (guess === 'none' && (await judgeAside(runtime, request, change))) ||
      (await heads.inTurn(tenant, change.topic, userId, async () => {
        if (clock.now() > waitsUntil) throw tooBusy();
        // What was committed meanwhile counts. If it leaves no event to commit, that is judged without the turn.
        const now = guessEvent(runtime, request, change);
        return now === 'none' ? undefined : commitInTurn(runtime, request, change, now);
      }));
    if (committed) return committed;
  }
}

/**
 * What the remembered head makes of a change without rows: an event, which is good for a try; or `none`, since it
 * refuses or leaves all as it is. The head may be stale, so that is for a read to say.
 */
function guessEvent<S>(
  runtime: Runtime,
  request: Request,
  { topic, rows = [], decide }: Change<S>,
): Decided<S, EventDecision<S>> | 'none' | undefined {
  const head = rows.length === 0 ? runtime.heads.recall(request.principal.tenant, topic) : undefined;
  if (!head) return undefined;
  const now = runtime.clock.now();
  try {
    const decision = decide(head.state, [], now);
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
async function judgeAside<S>(
  runtime: Runtime,
  request: Request,
  change: Change<S>,
): Promise<Committed | undefined> {
  const { heads } = runtime;
  const { tenant } = request.principal;
  const suspected = heads.recall(tenant, change.topic);
  const read = await readAndDecide(runtime, request, change, (head) => {
    // A commit of the meantime knows better.
    if (heads.recall(tenant, change.topic) !== suspected) return;
    if (head) heads.remember(tenant, change.topic, head);
    else heads.forget(tenant, change.topic);
  });
  if ('answer' in read) return read;
  return 'event' in read.decision ? undefined : writeUnchanged(runtime, request, read.decision.unchanged);
}

async function commitInTurn<S>(
  parts: Runtime,
  request: Request,
  change: Change<S>,
  guess: Decided<S, EventDecision<S>> | undefined,
): Promise<Committed> {
  const runtime = withDeadline(parts);
  const { heads } = runtime;
  const { tenant } = request.principal;
  return retry(runtime, async (round) => {
    const decided: Decided<S> | Committed =
      (round === 0 && guess) ||
      (await readAndDecide(runtime, request, change, (head) => {
        if (head) heads.remember(tenant, change.topic, head);
      }));
    if ('answer' in decided) return decided;
    const { decision, ...basis } = decided;
    const attempt =
      'unchanged' in decision
        ? await writeUnchanged(runtime, request, decision.unchanged)
        : await writeEvent(runtime, request, change.topic, { ...basis, decision });
    if (attempt) return attempt;
    heads.forget(tenant, change.topic);
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
  request: Request,
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
  const state = head?.state ?? rulesOf(runtime.app, topic).initial;
  return { head, decision: decide(state, read, now), now };
}

async function writeUnchanged(
  runtime: Runtime,
  request: Request,
  answer: object,
): Promise<Committed | undefined> {
  const { ok, before } = await runtime.table.write(refWrite(runtime, request, { answer: answer as Value }));
  if (ok) return { answer };
  return before && answerAgain(runtime, request, before);
}

async function writeEvent<S>(
  runtime: Runtime,
  request: Request,
  topic: Topic<S>,
  { head: before, decision, now }: Decided<S, EventDecision<S>>,
): Promise<Committed | undefined> {
  const { random, heads } = runtime;
  const { tenant, userId } = request.principal;
  const after: Head<S> = {
    epoch: before?.epoch ?? random.id(),
    seq: (before?.seq ?? 0) + 1,
    state: decision.state,
    updatedAt: now,
    ...(before?.kept && { kept: true }),
  };
  const event: EventFrame = {
    type: decision.event.type,
    topic: wireTopic(topic),
    epoch: after.epoch,
    seq: after.seq,
    id: random.id(),
    from: shownUser(userId),
    ts: now,
    payload: decision.event.payload,
  };
  const frame = JSON.stringify(event);
  const answer = { ...decision.answer, epoch: after.epoch, seq: after.seq };
  const logKey = keys.log(tenant, topic, after.epoch, after.seq);
  const retentionSeconds = retentionMsOf(runtime, topic) / 1000;
  const writes: Write[] = [
    headWrite(runtime, tenant, topic, before, after),
    refWrite(runtime, request, { answer: answer as unknown as Value, log: { ...logKey } }),
    { put: { ...logKey, frame, at: now, ttl: Math.ceil(now / 1000 + retentionSeconds) + logMarginSeconds } },
    ...(decision.writes ?? []),
  ];
  const result = await settle(runtime, writes);
  if (result.outcome === 'committed') {
    heads.remember(tenant, topic, after);
    return { answer, frame };
  }
  const ref = result.outcome === 'refused' ? result.failed.get(1) : undefined;
  return ref && answerAgain(runtime, request, ref);
}

/** Remembers the request, unless it is remembered already. DynamoDB may delete expired rows days late, so `at` judges. */
export function refWrite(
  { clock }: Runtime,
  { principal, ref, hash }: Request,
  memory: { [name: string]: Value },
): Write {
  const now = clock.now();
  return {
    put: {
      ...keys.ref(principal.tenant, principal.userId, ref),
      hash,
      at: now,
      ttl: Math.ceil((now + refMs) / 1000),
      ...memory,
    },
    if: { is: 'any', of: [{ is: 'absent' }, { is: 'below', attribute: 'at', value: now - refMs + 1 }] },
  };
}

/** Whether a remembered request still counts. */
export const isKept = (ref: Row, { clock }: Runtime) => (ref.at as number) > clock.now() - refMs;

/** How often the frame of a repeated request goes out once more. Whoever misses it then finds it by a gap or `sync`. */
const maxResends = 3;

/** Counts that the frame of a repeated request went out once more. */
export const resentWrite = ({ principal, ref }: Request): Write => ({
  update: keys.ref(principal.tenant, principal.userId, ref),
  add: { resent: 1 },
  if: { is: 'present' },
});

/**
 * The first answer again. Its frame goes to today's audience, since whoever sent it may have died before it could; but
 * not without end, for a repeat is no new message and passes every limit of one.
 */
export async function answerAgain({ table }: Runtime, request: Request, ref: Row): Promise<Committed> {
  if (!isSameRequest(request, ref.hash as string)) {
    throw new ProtocolError('conflict', 'this ref was used for another request: choose a new one');
  }
  const answer = { ...(ref.answer as object), dup: true };
  if (!ref.log || ((ref.resent as number | undefined) ?? 0) >= maxResends) return { answer };
  const log = await table.get(ref.log as unknown as Key);
  return log ? { answer, frame: log.frame as string, isAgain: true } : { answer };
}

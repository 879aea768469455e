import { type EventFrame, ProtocolError, type Topic, wireTopic } from '@tidings/protocol';
import { type Head, headWrite, toHead } from './heads.ts';
import { keys } from './keys.ts';
import type { Key, Row, Value, Write } from './ports.ts';
import { shownUser } from './principal.ts';
import type { Request } from './request.ts';
import type { Runtime } from './runtime.ts';
import { type StateOf, topicRules } from './topicKinds.ts';
import { backoffMs, tooBusy } from './transactFirmly.ts';

/**
 * What a feature decides on a topic's state: an event with the state after it, or that nothing is to change.
 * A refusal is a thrown ProtocolError.
 */
export type Decision<T extends Topic> =
  | {
      readonly event: { readonly type: string; readonly payload: object };
      readonly state: StateOf<T>;
      readonly answer: object;
      /** Rows of the feature's own, each with the condition under which it was decided. */
      readonly writes?: readonly Write[];
    }
  | { readonly unchanged: object };

export interface Change<T extends Topic> {
  readonly topic: T;
  /** Rows that the decision depends on besides the head: read in one instant with it. */
  readonly rows?: readonly Key[];
  /** Pure: it may run several times, each time on what is true then. */
  readonly decide: (state: StateOf<T>, rows: readonly (Row | undefined)[]) => Decision<T>;
}

/** How a request ended: what to answer, and the frame to send, if there is one. */
export interface Committed {
  readonly answer: object;
  readonly frame?: string;
}

const refMs = 24 * 3_600_000;
const patienceMs = 3000;
/** How long a commit waits for others of its topic in the same process, before it begins. */
const turnPatienceMs = 4000;
/** A log row outlives its last reader by this much; who reads it judges by `at`. */
const logMarginSeconds = 3600;

/** What a decision stands on. `certain`: read in one instant; otherwise remembered, and good for a try only. */
interface Basis<T extends Topic> {
  readonly head: Head<T> | undefined;
  readonly rows: readonly (Row | undefined)[];
  readonly certain: boolean;
}

/**
 * Makes one change to one topic: the head, the event, the feature's rows and the memory of the request are
 * written together or not at all. `seq` has no holes, its order is the order of the commits, and an answer
 * is only ever given for what the database has accepted.
 *
 * @throws ProtocolError the decision's own refusal; `conflict` (the `ref` was used for another request);
 *   `unavailable` after three seconds of contention or silence.
 */
export function commit<T extends Topic>(
  runtime: Runtime,
  request: Request,
  change: Change<T>,
): Promise<Committed> {
  const waitsUntil = runtime.clock.now() + turnPatienceMs;
  return runtime.heads.inTurn(request.principal.tenant, change.topic, async () => {
    if (runtime.clock.now() > waitsUntil) throw tooBusy();
    return commitInTurn(runtime, request, change);
  });
}

async function commitInTurn<T extends Topic>(
  runtime: Runtime,
  request: Request,
  change: Change<T>,
): Promise<Committed> {
  const { clock, heads } = runtime;
  const { tenant } = request.principal;
  const deadline = clock.now() + patienceMs;
  for (let round = 0; ; round++) {
    const basis = await readBasis(runtime, request, change, round);
    if ('answer' in basis) return basis;
    const decision = decideOn(change, basis);
    if (decision === 'uncertain') continue;
    const attempt =
      'unchanged' in decision
        ? await writeUnchanged(runtime, request, decision.unchanged)
        : await writeEvent(runtime, request, change.topic, basis.head, decision, deadline);
    if (attempt) return attempt;
    heads.forget(tenant, change.topic);
    if (clock.now() >= deadline) throw tooBusy();
    await clock.wait(backoffMs(runtime, round));
  }
}

/** The first try of a change without rows stands on the remembered head; everything else on one consistent read. */
async function readBasis<T extends Topic>(
  runtime: Runtime,
  request: Request,
  { topic, rows = [] }: Change<T>,
  round: number,
): Promise<Basis<T> | Committed> {
  const { tenant, userId } = request.principal;
  const remembered = round === 0 && rows.length === 0 ? runtime.heads.recall(tenant, topic) : undefined;
  if (remembered) return { head: remembered, rows: [], certain: false };
  const [head, ref, ...read] = await runtime.table.getTogether([
    keys.head(tenant, topic),
    keys.ref(tenant, userId, request.ref),
    ...rows,
  ]);
  if (ref && isKept(ref, runtime)) return answerAgain(runtime, request, ref);
  return { head: head && toHead<T>(head), rows: read, certain: true };
}

/** A remembered head may be stale, so it refuses nothing and leaves nothing unchanged: that takes a read. */
function decideOn<T extends Topic>(
  change: Change<T>,
  { head, rows, certain }: Basis<T>,
): Decision<T> | 'uncertain' {
  try {
    const state = head?.state ?? (topicRules(change.topic).initial as StateOf<T>);
    const decision = change.decide(state, rows);
    return 'unchanged' in decision && !certain ? 'uncertain' : decision;
  } catch (refusal) {
    if (certain) throw refusal;
    return 'uncertain';
  }
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

async function writeEvent<T extends Topic>(
  runtime: Runtime,
  request: Request,
  topic: T,
  before: Head<T> | undefined,
  decision: Extract<Decision<T>, { event: object }>,
  deadline: number,
): Promise<Committed | undefined> {
  const { clock, random, heads, settings } = runtime;
  const { tenant, userId } = request.principal;
  const now = clock.now();
  const after: Head<T> = {
    epoch: before?.epoch ?? random.id(),
    seq: (before?.seq ?? 0) + 1,
    state: decision.state,
    updatedAt: now,
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
  const retentionSeconds = topicRules(topic).retentionMs(settings) / 1000;
  const writes: Write[] = [
    headWrite(tenant, topic, before, after),
    refWrite(runtime, request, { answer: answer as unknown as Value, log: { ...logKey } }),
    { put: { ...logKey, frame, at: now, ttl: Math.ceil(now / 1000 + retentionSeconds) + logMarginSeconds } },
    ...(decision.writes ?? []),
  ];
  const result = await settle(runtime, writes, deadline);
  if (result.outcome === 'committed') {
    heads.remember(tenant, topic, after);
    return { answer, frame };
  }
  const ref = result.outcome === 'refused' ? result.failed.get(1) : undefined;
  return ref && answerAgain(runtime, request, ref);
}

/** Sends a transaction until its outcome is known: the same token makes a repeat of a committed one harmless. */
async function settle(runtime: Runtime, writes: readonly Write[], deadline: number) {
  const { table, clock, random } = runtime;
  const token = random.id();
  for (let round = 0; ; round++) {
    const result = await table.transact(writes, token);
    if (result.outcome !== 'unknown') return result;
    if (clock.now() >= deadline) throw tooBusy();
    await clock.wait(backoffMs(runtime, round));
  }
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

/** The first answer again. Its frame goes to today's audience: whoever sent it may have died before it could. */
export async function answerAgain({ table }: Runtime, request: Request, ref: Row): Promise<Committed> {
  if (ref.hash !== request.hash) {
    throw new ProtocolError('conflict', 'this ref was used for another request: choose a new one');
  }
  const answer = { ...(ref.answer as object), dup: true };
  const log = ref.log && (await table.get(ref.log as unknown as Key));
  return log ? { answer, frame: log.frame as string } : { answer };
}

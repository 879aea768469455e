import { type EventFrame, wireTopic } from '@tidings/protocol';
import { keys } from '../keys.ts';
import { type Key, type Row, type Write, writeKey } from '../ports.ts';
import { shownUser } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { changedState, type Head, retentionMsOf, stateOf, type Topic } from '../topics.ts';
import { settle } from '../transact.ts';
import { type EventDecision, maxEvents, type NewEvent } from './change.ts';
import { type LoggedEvent, toLogRow } from './loggedEvent.ts';
import { type Committed, refWrite } from './rememberedRequest.ts';
import type { RequestKey } from './request.ts';
import { headWrite, toHead } from './topicHead.ts';

/** A change that was decided on the state that those before it leave. */
export interface GroupedChange<S> {
  readonly request: RequestKey;
  readonly decision: EventDecision<S>;
  /** The row with which its request waits: it goes in the same transaction, or nothing is written. */
  readonly waiting?: Key;
  readonly except?: string | undefined;
}

/** A change in a group: what its requester is told once it is committed, and its writes. */
interface Part {
  readonly committed: Committed;
  readonly writes: readonly Write[];
}

/**
 * How a transaction of several changes ended.
 * - `committed`: all of them, and this is the head now.
 * - `refused`: none. `head`: it had moved, to this. `refs`: what was stored of the requests of some, by their place
 *   among the changes. `failed`: those whose own conditions failed, these among them.
 * - `conflict`: none.
 */
export type GroupOutcome<S> =
  | { readonly outcome: 'committed'; readonly head: Head<S> }
  | {
      readonly outcome: 'refused';
      readonly head: Head<S> | 'gone' | undefined;
      readonly refs: ReadonlyMap<number, Row>;
      readonly failed: ReadonlySet<number>;
    }
  | { readonly outcome: 'conflict' };

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html: 100 rows, 4 MB. */
const maxWrites = 100;
/** Well below 4 MB, so that a transaction stays quick. */
const maxBytes = 512 * 1024;

/** Changes of one topic, decided one after the other, that one transaction makes. */
export interface GroupCommit<S> {
  /** The state that the changes so far leave. */
  state(): S;
  /** Whether no change so far writes one of these rows. */
  leavesAlone(rows: readonly Key[]): boolean;
  /** @returns whether there was room for it. There is for the first. */
  add(change: GroupedChange<S>): boolean;
  /** What each change's requester is told once the group is committed. */
  answers(): readonly Committed[];
  /** @param hotUntil what the head says of it then. */
  commit(hotUntil?: number): Promise<GroupOutcome<S>>;
}

/**
 * Begins a group. The head, the events, the features' rows and the memory of the requests are written together or
 * not at all.
 *
 * @param before the head as it must still be.
 */
export function beginGroup<S>(
  runtime: Runtime,
  tenant: string,
  topic: Topic<S>,
  before: Head<S> | undefined,
  now: number,
): GroupCommit<S> {
  const parts: Part[] = [];
  const taken = new Set<string>();
  let head = before;
  let bytes = 0;
  const count = () => parts.reduce((sum, { writes }) => sum + writes.length, 1);
  return {
    answers: () => parts.map(({ committed }) => committed),
    state: () => stateOf(runtime.app, topic, head),
    leavesAlone: (rows) => !rows.some((key) => taken.has(nameOf(key))),
    add(change) {
      const { after, part } = place(runtime, tenant, topic, head, change, now);
      const names = part.writes.map((write) => nameOf(writeKey(write)));
      const size = Buffer.byteLength(JSON.stringify(part.writes));
      const fits = count() + part.writes.length <= maxWrites && bytes + size <= maxBytes;
      if (parts.length > 0 && (!fits || names.some((name) => taken.has(name)))) return false;
      for (const name of names) taken.add(name);
      bytes += size;
      head = after;
      parts.push(part);
      return true;
    },
    async commit(hotUntil) {
      if (!head) throw new Error('a group without a change');
      const { hotUntil: _, ...rest } = head;
      const after: Head<S> = { ...rest, ...(hotUntil !== undefined && { hotUntil }) };
      const move = headWrite(runtime, tenant, topic, before, after);
      const result = await settle(runtime, [move, ...parts.flatMap(({ writes }) => writes)]);
      if (result.outcome === 'committed') return { outcome: 'committed', head: after };
      if (result.outcome !== 'refused') return { outcome: 'conflict' };
      return refusal<S>(parts, result.failed);
    },
  };
}

const nameOf = ({ pk, sk }: Key) => `${pk} ${sk}`;

/** Gives a change its place after those before it. */
function place<S>(
  runtime: Runtime,
  tenant: string,
  topic: Topic<S>,
  before: Head<S> | undefined,
  { request, decision, waiting, except }: GroupedChange<S>,
  now: number,
): { after: Head<S>; part: Part } {
  const { random, app } = runtime;
  const events = [decision.event].flat();
  if (events.length > maxEvents) throw new Error(`a change of ${events.length} events is too large`);
  const after: Head<S> = {
    epoch: before?.epoch ?? random.id(),
    seq: (before?.seq ?? 0) + events.length,
    state: changedState(app, topic, before, decision.state),
    updatedAt: now,
    ...(before?.kept && { kept: true }),
  };
  const firstSeq = after.seq - events.length + 1;
  const logged = events.map((event, index) =>
    toLoggedEvent(
      runtime,
      request,
      topic,
      event,
      { epoch: after.epoch, seq: firstSeq + index, ...(except !== undefined && { except }) },
      now,
    ),
  );
  const answer = { ...decision.answer, epoch: after.epoch, seq: after.seq };
  const memory = {
    answer,
    log: keys.log(tenant, topic, after.epoch, after.seq),
    ...(events.length > 1 && { events: events.length }),
    ...(waiting && { waited: waiting.sk }),
  };
  const retentionMs = retentionMsOf(runtime, topic);
  const writes: Write[] = [
    refWrite(runtime, request, memory),
    ...(waiting ? [{ delete: waiting, if: { is: 'present' } } as const] : []),
    ...logged.map((event, index): Write => {
      const emit = app.emitted.has(events[index]?.type ?? '');
      return { put: toLogRow(tenant, topic, event, { at: now, retentionMs, emit }) };
    }),
    ...(decision.writes ?? []),
  ];
  const quietMs = before && before.seq > 0 ? now - before.updatedAt : Number.POSITIVE_INFINITY;
  return { after, part: { committed: { answer, events: logged, quietMs }, writes } };
}

/** What stood in the way: the head is the first of the writes, and each change's memory the first of its own. */
function refusal<S>(
  parts: readonly Part[],
  failures: ReadonlyMap<number, Row | undefined>,
): GroupOutcome<S> & { outcome: 'refused' } {
  const refs = new Map<number, Row>();
  const failed = new Set<number>();
  let first = 1;
  for (const [index, { writes }] of parts.entries()) {
    const ref = failures.get(first);
    if (ref) refs.set(index, ref);
    if (writes.some((_, at) => failures.has(first + at))) failed.add(index);
    first += writes.length;
  }
  const moved = failures.get(0);
  const head = failures.has(0) ? (moved ? toHead<S>(moved) : 'gone') : undefined;
  return { outcome: 'refused', head, refs, failed };
}

function toLoggedEvent(
  { random }: Runtime,
  { principal }: RequestKey,
  topic: Topic,
  { type, payload }: NewEvent,
  place: Omit<LoggedEvent, 'frame'>,
  ts: number,
): LoggedEvent {
  const frame: EventFrame = {
    type,
    topic: wireTopic(topic),
    epoch: place.epoch,
    seq: place.seq,
    id: random.id(),
    from: shownUser(principal.userId),
    ts,
    payload,
  };
  return { frame: JSON.stringify(frame), ...place };
}

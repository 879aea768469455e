import { wireTopic } from '@tidings/protocol';
import { type Connection, openingMs, readConnection } from '../connections/connections.ts';
import { resyncDoneWrite, resyncWrite } from '../connections/connectionWrites.ts';
import { endConnection } from '../connections/endConnection.ts';
import { withDeadline } from '../deadline.ts';
import type { Delivery, Sockets } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';
import { audienceOf, type Reader } from './audience.ts';
import { framesOf, isBatch, maxAtOnce, postingsOf, type SentEvent } from './batch.ts';
import { type Completion, complete, expectUnits } from './completions.ts';
import { inLanes } from './inLanes.ts';
import { latestOf } from './latest.ts';
import { chunks, resyncFrame, type WorkUnit } from './workUnit.ts';

/** How long the sender begins posts; its reply leaves only when its function returns. */
const budgetMs = 50;
/** How long it waits for those that it began. Only what is not answered by then is posted again: slowness is no failure. */
const patienceMs = 3_000;
const parallelPosts = 64;
/** With so many the sender begins, and each that ends makes room for one more: in a new environment each opens a connection. */
const firstPosts = 8;
const maxRounds = { event: 3, resync: 9 };
/** All rounds of a `resync` are over by then. */
const resyncMs = 10 * 60_000;

/** The outcomes of a number of posts. `again` are tried once more. */
interface Outcome {
  delivered: number;
  gone: number;
  /** Could not be delivered, and a `resync` is queued already. */
  known: number;
  again: string[];
  behind: string[];
}

const noOutcome = (): Outcome => ({ delivered: 0, gone: 0, known: 0, again: [], behind: [] });

export interface Broadcast {
  readonly tenant: string;
  readonly topic: Topic;
  /** In the order in which they are to be sent. */
  readonly events: readonly SentEvent[];
  /** A connection that does not receive the frame: its own answer has it. */
  readonly except?: string;
  /** The connection that gets `fanout.complete`, where the stage has completions. */
  readonly completion?: Completion;
  /** No request waits for this function, so it may take longer. */
  readonly noTimeLimit?: true;
}

/**
 * Sends events to their current audience, which is read once. Posts that fail are queued.
 *
 * @throws what the database or the queue threw.
 */
export async function fanOut(runtime: Runtime, broadcast: Broadcast): Promise<void> {
  const begunAt = runtime.clock.now();
  const audience = await audienceOf(runtime, broadcast.tenant, broadcast.topic);
  await postEvents(runtime, broadcast, audience, begunAt);
}

/** Posts to an audience, and queues what is left. */
export async function postEvents(
  runtime: Runtime,
  { topic, events, completion, except, noTimeLimit }: Broadcast,
  audience: readonly Reader[],
  begunAt: number,
): Promise<void> {
  const { clock, requestId } = runtime;
  const readers = audience.filter(({ connectionId }) => connectionId !== except);
  runtime.metrics.add('Recipients', readers.length * events.length);
  const untilMs = noTimeLimit ? undefined : clock.now() + budgetMs;
  const latest = (all: readonly SentEvent[]) => latestOf(runtime.app, topic, all);
  const postings = postingsOf(events, readers, clock.now(), latest);
  const isLarge = postings.reduce((posts, { to }) => posts + to.length, 0) > maxAtOnce;
  const figures = { delivered: 0, gone: 0 };
  const queued: WorkUnit[] = [];
  for (const { frame, frames, last, to, batch } of postings) {
    const unit: WorkUnit = {
      frame,
      to,
      ...(frames > 1 && { frames }),
      round: 0,
      part: '',
      kind: 'event',
      begunAt,
      requestId,
      batch,
      ...resyncFrame(wireTopic(last.topic ?? topic), last),
      completion,
    };
    const outcome = noOutcome();
    const left = isLarge ? to : await postUntil(runtime, unit, outcome, untilMs);
    figures.delivered += outcome.delivered * frames;
    figures.gone += outcome.gone * frames;
    queued.push(...chunks(left).map((part) => ({ ...unit, to: part })), ...nextUnits(unit, outcome));
  }
  const parts = queued.map((unit, index) => ({ ...unit, part: String(index) }));
  if (completion) await expectUnits(runtime, completion, parts.length, figures);
  await enqueue(runtime, parts);
}

/** Posts until a time, if there is one. Nothing is begun after it. @returns the connections that it did not post to. */
async function postUntil(
  runtime: Runtime,
  unit: WorkUnit,
  outcome: Outcome,
  untilMs: number | undefined,
): Promise<readonly string[]> {
  if (untilMs === undefined) return postAll(runtime, unit, outcome);
  const leftMs = untilMs - runtime.clock.now();
  return leftMs > 0 ? postAll(runtime, unit, outcome, leftMs) : unit.to;
}

/**
 * Posts one work unit. Only the posts that failed go back to the queue. @throws what the queue should deliver
 * again whole.
 */
export async function deliver(parts: Runtime, unit: WorkUnit): Promise<void> {
  const outcome = noOutcome();
  await postAll(parts, unit, outcome);
  // The time of the posts is none of this.
  const runtime = withDeadline(parts);
  // A unit that is delivered twice queues the same parts twice. Each part counts once.
  const units = await Promise.all(nextUnits(unit, outcome).map((next) => announced(runtime, next)));
  const queued = units
    .filter(({ to }) => to.length > 0)
    .map((next) => ({ ...next, part: `${unit.part}.${next.kind}${next.round}` }));
  await enqueue(runtime, queued);
  if (!unit.completion) return;
  const { frames = 1 } = unit;
  const figures = { delivered: outcome.delivered * frames, gone: outcome.gone * frames };
  await complete(runtime, unit.completion, unit.part, queued.length - 1, figures);
}

/**
 * Posts. With a time limit, it begins none after that, and waits for those under way. What is still not answered then
 * counts as failed, since nobody will see how it ends.
 *
 * @returns the connections that it did not post to in time.
 */
async function postAll(
  runtime: Runtime,
  unit: WorkUnit,
  outcome: Outcome,
  limitMs?: number,
): Promise<readonly string[]> {
  const { givenUp, left } = await inLanes(runtime.clock, unit.to, {
    max: parallelPosts,
    ...(limitMs !== undefined && { within: { beginMs: limitMs, patienceMs, first: firstPosts } }),
    each: (connectionId) => postOne(runtime, unit, connectionId),
    onEnd(connectionId, result) {
      if (result === 'again' || result === 'behind') outcome[result].push(connectionId);
      else outcome[result]++;
    },
  });
  outcome.again.push(...givenUp);
  measure(runtime, unit, outcome);
  return left;
}

function measure({ metrics, clock }: Runtime, { begunAt }: WorkUnit, outcome: Outcome): void {
  const { delivered, gone, known, behind } = outcome;
  if (delivered > 0) metrics.add('Delivered', delivered);
  if (gone > 0) metrics.add('GoneConnections', gone);
  if (known + behind.length > 0) metrics.add('SlowConnections', known + behind.length);
  if (begunAt !== undefined) metrics.add('PostMs', clock.now() - begunAt);
}

/** Any unexpected error leads to another try from the queue, so one bad connection never fails a publish. */
async function postOne(runtime: Runtime, unit: WorkUnit, connectionId: string): Promise<keyof Outcome> {
  const { table, sockets, clock } = runtime;
  const postedAt = clock.now();
  try {
    const isRepeat = unit.round > 0;
    // A repeat has waited in the queue. Skip the connection if it has ended meanwhile.
    const known = isRepeat ? await readConnection(table, connectionId) : undefined;
    if (isRepeat && known?.state !== 'open') return 'gone';
    const delivery = await (isApart(unit, known)
      ? postEach(sockets, connectionId, framesOf(unit.frame))
      : sockets.post(connectionId, unit.frame));
    if (delivery === 'behind' && isKnownAlready(unit, known, postedAt)) return 'known';
    if (delivery === 'delivered' && unit.kind === 'resync') await table.write(resyncDoneWrite(connectionId));
    if (delivery !== 'gone') return delivery;
    return await endGone(runtime, connectionId, postedAt);
  } catch {
    return 'again';
  }
}

/** Who has ended batches since this one was queued gets its frames one by one. */
const isApart = ({ frame }: WorkUnit, known: Connection | undefined): boolean =>
  known?.batch === false && isBatch(frame);

async function postEach(
  sockets: Sockets,
  connectionId: string,
  frames: readonly string[],
): Promise<Delivery> {
  for (const frame of frames) {
    const delivery = await sockets.post(connectionId, frame);
    if (delivery !== 'delivered') return delivery;
  }
  return 'delivered';
}

/** Ends a connection whose post was answered 410, unless it is already ended. */
async function endGone(runtime: Runtime, connectionId: string, postedAt: number): Promise<'gone' | 'again'> {
  const connection = await readConnection(runtime.table, connectionId);
  // Whether it has subscribed says nothing here: that may have been after the post.
  if (connection?.state === 'open' && connection.connectedAt > postedAt - openingMs) return 'again';
  // Should the socket be open after all, its client would keep topics without events and not notice. Closing
  // it makes the client reconnect and recover.
  await endConnection(runtime, connectionId, { socket: connection?.state === 'closed' ? 'gone' : 'open' });
  return 'gone';
}

/**
 * One pending `resync` per connection is enough. This unit's own is sent again, as it may not have been
 * queued.
 */
function isKnownAlready(unit: WorkUnit, connection: Connection | undefined, now: number): boolean {
  if (unit.kind !== 'event' || unit.resync === undefined || !connection) return false;
  return connection.resyncUntil > now && connection.resync !== unit.resync;
}

/** What to retry: the frame, or a `resync` for a connection that was behind twice. */
function nextUnits(unit: WorkUnit, outcome: Outcome): WorkUnit[] {
  const round = unit.round + 1;
  const { kind, resync } = unit;
  const slow = kind === 'event' && resync !== undefined && round >= 2 ? outcome.behind : [];
  const again = slow.length > 0 ? outcome.again : [...outcome.again, ...outcome.behind];
  const units: WorkUnit[] = [];
  if (again.length > 0 && round < maxRounds[kind]) units.push({ ...unit, to: again, round });
  if (slow.length > 0 && resync !== undefined) {
    units.push({ ...unit, kind: 'resync', frame: resync, to: slow, round: 1, frames: 1 });
  }
  return units;
}

/**
 * Stores at each connection that a `resync` is pending, so that there is one at a time. Leaves out
 * connections that have ended.
 */
async function announced({ table, clock }: Runtime, unit: WorkUnit): Promise<WorkUnit> {
  if (unit.kind !== 'resync' || unit.round > 1) return unit;
  const until = clock.now() + resyncMs;
  const noted = await Promise.all(
    unit.to.map(async (connectionId) => (await table.write(resyncWrite(connectionId, unit.frame, until))).ok),
  );
  return { ...unit, to: unit.to.filter((_, index) => noted[index]) };
}

/** A unit that was tried before waits: 1 s, 2 s, 4 s … up to 4 minutes. */
async function enqueue({ queue }: Runtime, units: readonly WorkUnit[]): Promise<void> {
  for (const round of new Set(units.map((unit) => unit.round))) {
    const same = units.filter((unit) => unit.round === round);
    await queue.send(same, round === 0 ? 0 : 1000 * 2 ** (round - 1));
  }
}

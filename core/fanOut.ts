import { type Topic, wireTopic } from '@tidings/protocol';
import { audienceOf } from './audience.ts';
import { type Completion, complete, expectUnits } from './completions.ts';
import { forget, readConnection } from './connections.ts';
import type { Value } from './ports.ts';
import type { Runtime } from './runtime.ts';

/** A part of an audience that the delivery function is to serve. */
export interface WorkUnit {
  readonly frame: string;
  readonly to: readonly string[];
  /** How often these connections were tried before. */
  readonly round: number;
  readonly kind: 'event' | 'resync';
  /** What a connection that cannot keep up is told to ask for. */
  readonly resync: string;
  readonly completion?: Completion;
}

/** Above this many the sender's own function posts nothing. */
const mostAtOnce = 250;
const unitSize = 500;
/** How long the sender waits for posts; its reply leaves only when its function returns. */
const budgetMs = 50;
const parallelPosts = 64;
/** A connection this young may still be inside its handshake, where API Gateway calls it gone: https://repost.aws/knowledge-center/410-gone-api-gateway */
const youngMs = 30_000;
const mostRounds = { event: 3, resync: 9 };

/** What became of a number of posts; `again` are to be tried once more. */
interface Outcome {
  delivered: number;
  gone: number;
  again: string[];
  behind: string[];
}

export interface Broadcast {
  readonly tenant: string;
  readonly topic: Topic;
  /** The event, serialised once for all. */
  readonly frame: string;
  /** The connection that is spared its own frame. */
  readonly except?: string;
  /** Who is told when it is over, where the stage has completions. */
  readonly completion?: Completion;
}

/**
 * Sends one committed event to its audience as it is now. It never fails: what cannot be delivered at once is
 * queued, and what is lost with this function is found by its receivers (a gap, `sync`) or by a repeat of the `ref`.
 */
export async function fanOut(runtime: Runtime, broadcast: Broadcast): Promise<void> {
  const { tenant, topic, frame, completion } = broadcast;
  const audience = await audienceOf(runtime, tenant, topic);
  const to = audience.filter((connectionId) => connectionId !== broadcast.except);
  const unit: WorkUnit = {
    frame,
    to,
    round: 0,
    kind: 'event',
    resync: resyncFrame(topic, frame),
    ...(completion && { completion }),
  };
  const outcome: Outcome = { delivered: 0, gone: 0, again: [], behind: [] };
  const left =
    to.length > mostAtOnce ? to : await postAll(runtime, unit, outcome, runtime.clock.now() + budgetMs);
  const queued = [...chunks(left).map((part) => ({ ...unit, to: part })), ...nextUnits(unit, outcome)];
  if (completion) await expectUnits(runtime, completion, queued.length, outcome);
  await enqueue(runtime, queued);
}

/** Serves one work unit: only what failed goes back to the queue. Throws what the queue should bring again whole. */
export async function deliver(runtime: Runtime, unit: WorkUnit): Promise<void> {
  const outcome: Outcome = { delivered: 0, gone: 0, again: [], behind: [] };
  await postAll(runtime, unit, outcome, Number.POSITIVE_INFINITY);
  const queued = nextUnits(unit, outcome);
  await enqueue(runtime, queued);
  if (unit.completion) await complete(runtime, unit.completion, queued.length - 1, outcome);
}

/** Posts until the deadline, a bounded number at a time: all at once would hold every request in memory. */
async function postAll(
  runtime: Runtime,
  unit: WorkUnit,
  outcome: Outcome,
  deadline: number,
): Promise<string[]> {
  let next = 0;
  const work = async () => {
    while (next < unit.to.length && runtime.clock.now() <= deadline) {
      const connectionId = unit.to[next++];
      if (connectionId !== undefined) await postOne(runtime, unit, connectionId, outcome);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelPosts, unit.to.length) }, work));
  return unit.to.slice(next);
}

async function postOne(
  runtime: Runtime,
  unit: WorkUnit,
  connectionId: string,
  outcome: Outcome,
): Promise<void> {
  const postedAt = runtime.clock.now();
  const delivery = await attempt(runtime, connectionId, unit.frame);
  if (delivery === 'delivered') {
    outcome.delivered++;
  } else if (delivery === 'behind') {
    outcome.behind.push(connectionId);
  } else if (delivery === 'failed' || (await isYoung(runtime, connectionId, postedAt))) {
    outcome.again.push(connectionId);
  } else {
    outcome.gone++;
    await forget(runtime.table, connectionId, runtime.clock.now());
  }
}

/** One bad connection never fails a publish: what no port foresees is tried again later, from the queue. */
async function attempt({ sockets }: Runtime, connectionId: string, frame: string) {
  try {
    return await sockets.post(connectionId, frame);
  } catch {
    return 'failed';
  }
}

async function isYoung({ table }: Runtime, connectionId: string, postedAt: number): Promise<boolean> {
  const connection = await readConnection(table, connectionId);
  return connection?.state === 'open' && connection.connectedAt > postedAt - youngMs;
}

/** What is to be tried later: the frame itself, or, for a connection that twice could not take it, word that it missed some. */
function nextUnits(unit: WorkUnit, outcome: Outcome): WorkUnit[] {
  const round = unit.round + 1;
  const slow = unit.kind === 'event' && round >= 2 ? outcome.behind : [];
  const again = slow.length > 0 ? outcome.again : [...outcome.again, ...outcome.behind];
  const units: WorkUnit[] = [];
  if (again.length > 0 && round < mostRounds[unit.kind]) units.push({ ...unit, to: again, round });
  if (slow.length > 0) units.push({ ...unit, kind: 'resync', frame: unit.resync, to: slow, round: 1 });
  return units;
}

/** A unit that was tried before waits: 1 s, 2 s, 4 s … up to 4 minutes. */
async function enqueue({ queue }: Runtime, units: readonly WorkUnit[]): Promise<void> {
  for (const round of new Set(units.map((unit) => unit.round))) {
    const same = units.filter((unit) => unit.round === round);
    await queue.send(same as unknown as Value[], round === 0 ? 0 : 1000 * 2 ** (round - 1));
  }
}

function chunks(all: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let from = 0; from < all.length; from += unitSize) parts.push(all.slice(from, from + unitSize));
  return parts;
}

function resyncFrame(topic: Topic, frame: string): string {
  const { epoch, seq } = JSON.parse(frame) as { epoch: string; seq: number };
  return JSON.stringify({ type: 'resync', topic: wireTopic(topic), payload: { epoch, seq } });
}

import type { EventFrame } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Row } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { type Head, retentionMsOf, type Topic } from '../topics.ts';
import { type AnswerBudget, rowsThatFit } from './answerBudget.ts';
import { addEntry } from './fillPage.ts';
import { logged } from './loggedEvent.ts';

/** The missed events of a topic, as many as fit. */
interface Replay {
  readonly events: readonly EventFrame[];
  /** The client's position after them. */
  readonly seq: number;
  readonly more: boolean;
}

const maxEvents = 300;
/**
 * How long a missing row below the head may still appear, as a query is not atomic with a commit. After that,
 * it has expired.
 */
export const visibilityMs = 1000;

/**
 * Reads the log from just after `since` up to the head.
 *
 * @param budget reduced by the events and by what is read. The first event is included even if it does not fit.
 * @returns `undefined` unless every event up to the answer's `seq` is stored and within its retention.
 */
export async function replay(
  runtime: Runtime,
  tenant: string,
  topic: Topic,
  head: Head,
  since: number,
  budget: AnswerBudget,
): Promise<Replay | undefined> {
  if (since > head.seq) return undefined;
  const { clock } = runtime;
  // The topic has had no commit for a while, so a missing row was deleted.
  const deadline = Math.min(head.updatedAt, clock.now()) + visibilityMs;
  const events: EventFrame[] = [];
  const last = Math.min(head.seq, since + maxEvents);
  for (;;) {
    const end = await readOn(runtime, { tenant, topic, head, last }, since + events.length, events, budget);
    const seq = since + events.length;
    if (end === 'full' || seq === last) return { events, seq, more: seq < head.seq };
    if (end === 'over' || clock.now() >= deadline) return undefined;
    await clock.wait(50);
  }
}

interface Tail {
  readonly tenant: string;
  readonly topic: Topic;
  readonly head: Head;
  readonly last: number;
}

/**
 * Adds the events after `from`, up to the first that is missing or does not fit.
 *
 * @returns why it ended: no more room, an event that was deleted, or one that may still appear.
 */
async function readOn(
  runtime: Runtime,
  { tenant, topic, head: { epoch }, last }: Tail,
  from: number,
  events: EventFrame[],
  budget: AnswerBudget,
): Promise<'full' | 'over' | 'absent'> {
  const { table, clock } = runtime;
  if (from >= last) return 'absent';
  // DynamoDB deletes expired rows days late, so `at` decides.
  const oldest = clock.now() - retentionMsOf(runtime, topic);
  const range = {
    pk: keys.logPartition(tenant, topic, epoch),
    from: keys.log(tenant, topic, epoch, from + 1).sk,
    to: keys.log(tenant, topic, epoch, last).sk,
    only: ['frame', 'at'],
  };
  const bytesOf = (row: Row) => Buffer.byteLength(logged(row).frame) + 1;
  let seq = from;
  for await (const row of rowsThatFit(table, range, budget, bytesOf)) {
    const { frame, at } = logged(row);
    if (row.sk !== keys.log(tenant, topic, epoch, seq + 1).sk) {
      // A row missing before one that was committed a while ago will not appear any more.
      return at < clock.now() - visibilityMs ? 'over' : 'absent';
    }
    if (at < oldest) return 'over';
    if (!addEntry(events, JSON.parse(frame) as EventFrame, budget, bytesOf(row))) return 'full';
    seq++;
    if (budget.answerBytes <= 0) return 'full';
  }
  return budget.readBytes <= 0 ? 'full' : 'absent';
}

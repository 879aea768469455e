import { type EventFrame, isCollection, wireTopic } from '@tidings/protocol';
import { invalidField } from '../invalidField.ts';
import { keys } from '../keys.ts';
import type { Runtime } from '../runtime.ts';
import { type Head, retentionMsOf, rulesOf, type Topic, type TopicCatalog } from '../topics.ts';
import { type AnswerBudget, answerBudget, rowsThatFit } from './answerBudget.ts';
import type { CaughtUp, Since } from './catchUp.ts';
import { addEntry } from './fillPage.ts';
import { logged, readLogSeq } from './loggedEvent.ts';
import { visibilityMs } from './replay.ts';
import { ensureHead } from './topicHead.ts';

/** @throws ProtocolError `validation_failed`: the topic's kind keeps no history, or `since` was given too. */
export function requireHistory(catalog: TopicCatalog, topic: Topic, since: Since | undefined): void {
  if (since) throw invalidField('payload.last', 'takes the place of since: give one of them');
  if (isCollection(topic) || !rulesOf(catalog, topic).history) {
    throw invalidField(
      'payload.last',
      `is for a topic that keeps history, which ${wireTopic(topic)} does not`,
    );
  }
}

/**
 * Brings a new subscriber the last events of a topic: at most `count`, as many as are kept without a hole up to the
 * head, and as fit into the answer. The newest is in it in any case, for otherwise nobody could read it.
 */
export async function latest(
  runtime: Runtime,
  tenant: string,
  topic: Topic,
  count: number,
  budget: AnswerBudget,
): Promise<CaughtUp> {
  const { clock } = runtime;
  const head = await ensureHead(runtime, tenant, topic);
  const { epoch, seq } = head;
  // A query is not atomic with a commit. What is not there after this was deleted.
  const deadline = Math.min(head.updatedAt, clock.now()) + visibilityMs;
  for (;;) {
    const events = await readBack(runtime, { tenant, topic, head, count }, answerBudget(budget.answerBytes));
    if (events.length > 0 || seq === 0 || clock.now() >= deadline) {
      return { epoch, seq, recovered: false, events };
    }
    await clock.wait(50);
  }
}

interface End {
  readonly tenant: string;
  readonly topic: Topic;
  readonly head: Head;
  readonly count: number;
}

/** Reads back from the head, up to the first event that is missing, over, or does not fit. @returns the oldest first */
async function readBack(
  runtime: Runtime,
  { tenant, topic, head: { epoch, seq }, count }: End,
  budget: AnswerBudget,
): Promise<readonly EventFrame[]> {
  const { table, clock } = runtime;
  // DynamoDB deletes expired rows days late, so `at` decides.
  const oldest = clock.now() - retentionMsOf(runtime, topic);
  const range = {
    pk: keys.logPartition(tenant, topic, epoch),
    from: keys.log(tenant, topic, epoch, Math.max(1, seq - count + 1)).sk,
    to: keys.log(tenant, topic, epoch, seq).sk,
    descending: true,
    only: ['frame', 'at'],
  };
  const events: EventFrame[] = [];
  for await (const row of rowsThatFit(table, range, budget, (read) => logged(read).frame.length)) {
    const { frame, at } = logged(row);
    if (readLogSeq(row) !== seq - events.length || at < oldest) break;
    if (!addEntry(events, JSON.parse(frame) as EventFrame, budget, Buffer.byteLength(frame) + 1)) break;
  }
  return events.reverse();
}

import { idPattern, wireTopic } from '@tidings/protocol';
import { invalidField } from '../invalidField.ts';
import { keys } from '../keys.ts';
import type { Runtime } from '../runtime.ts';
import { type Head, rulesOf, type Topic } from '../topics.ts';
import { type AnswerBudget, hasBudget, rowsThatFit, weightOf } from './answerBudget.ts';
import type { CaughtUp, Since } from './catchUp.ts';
import { listedChanges, lookFrom, marginMs } from './changes.ts';
import { fillPage } from './fillPage.ts';
import type { Position } from './sync.ts';
import { toHead } from './topicHead.ts';

/** The size of an answer besides the list. */
const envelopeBytes = 1_000;

/**
 * The positions of all topics of a kind, one page at a time. All their heads are in one partition.
 *
 * @param topic all of a kind (`client:*`).
 * @throws ProtocolError `validation_failed` for an invalid cursor.
 */
export async function collectionSnapshot(
  runtime: Runtime,
  tenant: string,
  topic: Topic,
  since: Since | undefined,
  cursor: string | undefined,
  budget: AnswerBudget,
): Promise<CaughtUp> {
  const list = rulesOf(runtime.app, topic).all?.list;
  const at = runtime.clock.now();
  // Where there is nothing to show, `sync` says what changed.
  if (!list) return { at, recovered: false };
  budget.take(envelopeBytes);
  const after = cursor === undefined ? undefined : idOf(cursor);
  const rows = headsOf(runtime, tenant, topic, after, budget);
  const { entries, last, isCut } = await fillPage(rows, budget, (row) => {
    const { epoch, seq, state, updatedAt } = toHead(row);
    if (!hasChanged({ seq, updatedAt }, (since?.at ?? 0) - marginMs)) return undefined;
    return { ...list.entry(row.sk, state), epoch, seq, updatedAt };
  });
  const next = isCut ? (last?.sk ?? after) : undefined;
  return {
    at,
    recovered: false,
    snapshot: { [list.name]: entries, ...(next !== undefined && { cursor: next }) },
  };
}

function idOf(cursor: string): string {
  if (idPattern.test(cursor)) return cursor;
  throw invalidField('payload.cursor', 'must come from the page before');
}

/**
 * The wire names of the topics of a kind that changed since a time, for `sync`. If they do not fit in a
 * frame, or are too many to check, it is the collection's name instead: a subscription to it brings them in
 * pages.
 *
 * @param followedSince since when who asks has followed them all; absent where that is not known.
 */
export async function changedTopics(
  runtime: Runtime,
  tenant: string,
  topic: Topic,
  since: number,
  followedSince: number | undefined,
  budget: AnswerBudget,
): Promise<Record<string, Position>> {
  const changed: Record<string, Position> = {};
  budget.take(envelopeBytes);
  const { among, from } = lookFrom(since, runtime.clock.now(), followedSince);
  const listed = among === 'listed' ? await listedChanges(runtime.table, tenant, topic, from) : undefined;
  for await (const [id, { epoch, seq }] of listed ?? changedHeads(runtime, tenant, topic, from, budget)) {
    const name = wireTopic({ kind: topic.kind, id });
    budget.take(name.length + epoch.length + 50);
    if (!hasBudget(budget)) break;
    changed[name] = { epoch, seq };
  }
  return hasBudget(budget) ? changed : { ...changed, [wireTopic(topic)]: { epoch: null, seq: 0 } };
}

async function* changedHeads(
  runtime: Runtime,
  tenant: string,
  topic: Topic,
  from: number,
  budget: AnswerBudget,
): AsyncGenerator<[id: string, head: Head]> {
  for await (const row of headsOf(runtime, tenant, topic, undefined, budget)) {
    const head = toHead(row);
    if (hasChanged(head, from)) yield [row.sk, head];
  }
}

/** Leaves out a head that was made for a subscriber and has no events. */
const hasChanged = ({ seq, updatedAt }: Pick<Head, 'seq' | 'updatedAt'>, from: number) =>
  seq > 0 && updatedAt >= from;

function headsOf(
  { table }: Runtime,
  tenant: string,
  { kind }: Topic,
  after: string | undefined,
  budget: AnswerBudget,
) {
  const pk = keys.headPartition(tenant, kind);
  return rowsThatFit(table, { pk, ...(after !== undefined && { after }) }, budget, ({ state }) =>
    weightOf(state),
  );
}

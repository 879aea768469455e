import { isCollection } from '@tidings/protocol';
import type { Principal } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { type Topic, topicFor } from '../topics.ts';
import { type AnswerBudget, answerBudget, hasBudget, weightOf } from './answerBudget.ts';
import type { Since } from './catchUp.ts';
import { changedTopics } from './collection.ts';
import { bytesOf } from './fillPage.ts';
import { readHead } from './topicHead.ts';

/** A topic's position. Without an epoch, the topic has no events, or none any more. */
export interface Position {
  readonly epoch: string | null;
  readonly seq: number;
}

/** The answer to `sync`: the topics with newer events, and the topics that were not checked. */
interface Behind {
  readonly behind: Readonly<Record<string, Position>>;
  readonly more?: readonly string[];
}

/** Since when whoever asks has followed all topics of a kind as one; nothing where that is not known. */
export type FollowedSince = (topic: Topic) => number | undefined;

/** The size of the names of topics that were not checked. */
const namesBytes = (topics: readonly { readonly name: string }[]) =>
  topics.reduce((sum, { name }) => sum + bytesOf([name]), 0);

/** How many heads are read at once. */
const headsAtOnce = 8;

/**
 * Names the topics with newer events than the client has, so that it learns of a lost last event. Heads can
 * be large, so only as many are read as one answer may cost. The client asks again for the rest.
 *
 * @param followedSince of the connection that asks. @default it is not known of any
 * @throws ProtocolError `unknown_topic`, `forbidden`.
 */
export async function findBehind(
  runtime: Runtime,
  principal: Principal,
  heads: Readonly<Record<string, number | Since>>,
  followedSince: FollowedSince = () => undefined,
): Promise<Behind> {
  const now = runtime.clock.now();
  const named = Object.entries(heads).map(([name, has]) => ({
    name,
    has,
    topic: topicFor(runtime.app, principal, name, now),
  }));
  const budget = answerBudget();
  // Those that are not checked are named.
  budget.take(namesBytes(named));
  const ofHeads: Record<string, Position> = {};
  const ofLists: Record<string, Position> = {};
  let next = 0;
  while (next < named.length && hasBudget(budget)) {
    const some = named.slice(next, next + headsAtOnce);
    next += some.length;
    // These are checked.
    budget.giveBack(namesBytes(some));
    const found = await Promise.all(
      some.map((one) => behindOf(runtime, principal.tenant, one, followedSince(one.topic), budget)),
    );
    for (const [at, { topic }] of some.entries()) {
      Object.assign(isCollection(topic) ? ofLists : ofHeads, found[at]);
    }
  }
  const left = named.slice(next).map(({ name }) => name);
  // A list of changes may not have heard of the last ones: of a topic that is asked for by itself, its head counts.
  const behind = { ...ofLists, ...ofHeads };
  return { behind, ...(left.length > 0 && { more: left }) };
}

async function behindOf(
  runtime: Runtime,
  tenant: string,
  { name, has, topic }: { name: string; has: number | Since; topic: Topic },
  followedSince: number | undefined,
  budget: AnswerBudget,
): Promise<Record<string, Position>> {
  const since: Since = typeof has === 'number' ? { seq: has } : has;
  if (isCollection(topic)) {
    return changedTopics(runtime, tenant, topic, since.at ?? 0, followedSince, budget);
  }
  const head = await readHead(runtime.table, tenant, topic);
  budget.countRead(weightOf(head?.state));
  const sameEpoch = since.epoch === undefined || since.epoch === head?.epoch;
  if (sameEpoch && (head?.seq ?? 0) <= (since.seq ?? 0)) return {};
  budget.take(name.length + (head?.epoch.length ?? 4) + 50);
  return { [name]: { epoch: head?.epoch ?? null, seq: head?.seq ?? 0 } };
}

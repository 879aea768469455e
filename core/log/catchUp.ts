import { isCollection } from '@tidings/protocol';
import type { Runtime } from '../runtime.ts';
import {
  type Head,
  rulesOf,
  type SnapshotPage,
  snapshotOf,
  type Topic,
  type TopicCatalog,
} from '../topics.ts';
import { type AnswerBudget, weightOf } from './answerBudget.ts';
import { collectionSnapshot } from './collection.ts';
import { bytesOf } from './fillPage.ts';
import { replay } from './replay.ts';
import { ensureHead } from './topicHead.ts';

/**
 * The position that a client says it has. `at` is for `client:*`, which has no sequence numbers of its own.
 */
export interface Since {
  readonly epoch?: string | undefined;
  readonly seq?: number | undefined;
  readonly at?: number | undefined;
}

/** How an answer brings a client up to date; the payload of `subscribed`. */
export interface CaughtUp {
  readonly epoch?: string;
  readonly seq?: number;
  readonly at?: number;
  readonly recovered: boolean;
  readonly snapshot?: object;
  readonly events?: readonly object[];
  readonly more?: boolean;
}

/** The size of an answer besides its snapshot. */
const envelopeBytes = 300;

/**
 * Brings a new subscriber up to date: with the events that it missed, if all of them are still stored, and
 * otherwise with the whole state. Never with only some of the events.
 */
export async function catchUp(
  runtime: Runtime,
  tenant: string,
  topic: Topic,
  since: Since | undefined,
  cursor: string | undefined,
  budget: AnswerBudget,
): Promise<CaughtUp> {
  if (isCollection(topic)) return collectionSnapshot(runtime, tenant, topic, since, cursor, budget);
  const { app } = runtime;
  const head = await ensureHead(runtime, tenant, topic);
  budget.countRead(weightOf(head.state));
  const position = { epoch: head.epoch, seq: head.seq };
  const page = () => ({ cursor, maxBytes: budget.answerBytes - envelopeBytes, now: runtime.clock.now() });
  if (since?.epoch === head.epoch && since.seq !== undefined) {
    const first = rulesOf(app, topic).shownOnRecovery ? withSnapshot(app, topic, head, page()) : {};
    budget.take(bytesOf(first));
    const missed = await replay(runtime, tenant, topic, head, since.seq, budget);
    if (missed) {
      const { events, seq } = missed;
      return { ...position, seq, recovered: true, ...first, events, ...(missed.more && { more: true }) };
    }
  }
  return { ...position, recovered: false, ...withSnapshot(app, topic, head, page()) };
}

function withSnapshot(
  catalog: TopicCatalog,
  topic: Topic,
  head: Head,
  page: SnapshotPage,
): { snapshot?: object } {
  const snapshot = snapshotOf(catalog, topic, head.state, page);
  return snapshot ? { snapshot } : {};
}

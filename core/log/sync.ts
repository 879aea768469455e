import { isCollection } from '@tidings/protocol';
import type { Principal } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { type Topic, topicFor } from '../topics.ts';
import { type AnswerRoom, answerRoom, hasRoom, maxAnswerBytes, weightOf } from './answerRoom.ts';
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

/** The size of the name of a topic that was not checked. */
const nameBytes = ({ name }: { readonly name: string }) => bytesOf([name]);

/** How many heads are read at once. */
const headsAtOnce = 8;

/**
 * Names the topics with newer events than the client has, so that it learns of a lost last event. Heads can
 * be large, so only as many are read as one answer may cost. The client asks again for the rest.
 *
 * @throws ProtocolError `unknown_topic`, `forbidden`.
 */
export async function findBehind(
  runtime: Runtime,
  principal: Principal,
  heads: Readonly<Record<string, number | Since>>,
): Promise<Behind> {
  const now = runtime.clock.now();
  const asked = Object.entries(heads).map(([name, has]) => ({
    name,
    has,
    topic: topicFor(runtime.app, principal, name, now),
  }));
  const room = answerRoom(maxAnswerBytes - asked.reduce((sum, one) => sum + nameBytes(one), 0));
  const behind: Record<string, Position> = {};
  let next = 0;
  while (next < asked.length && hasRoom(room)) {
    const some = asked.slice(next, next + headsAtOnce);
    next += some.length;
    // These have been checked.
    room.answerBytes += some.reduce((sum, one) => sum + nameBytes(one), 0);
    const found = await Promise.all(some.map((one) => behindOf(runtime, principal.tenant, one, room)));
    Object.assign(behind, ...found);
  }
  const left = asked.slice(next).map(({ name }) => name);
  return { behind, ...(left.length > 0 && { more: left }) };
}

async function behindOf(
  runtime: Runtime,
  tenant: string,
  { name, has, topic }: { name: string; has: number | Since; topic: Topic },
  room: AnswerRoom,
): Promise<Record<string, Position>> {
  const since: Since = typeof has === 'number' ? { seq: has } : has;
  if (isCollection(topic)) return changedTopics(runtime, tenant, topic, since.at ?? 0, room);
  const head = await readHead(runtime.table, tenant, topic);
  room.readBytes -= weightOf(head?.state);
  const sameEpoch = since.epoch === undefined || since.epoch === head?.epoch;
  if (sameEpoch && (head?.seq ?? 0) <= (since.seq ?? 0)) return {};
  room.answerBytes -= name.length + (head?.epoch.length ?? 4) + 50;
  return { [name]: { epoch: head?.epoch ?? null, seq: head?.seq ?? 0 } };
}

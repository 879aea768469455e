import { isCollection } from '@tidings/protocol';
import type { CallOf } from '../../core/call.ts';
import { toSubscriber } from '../../core/connections/subscriber.ts';
import { subscribers } from '../../core/delivery/audience.ts';
import { tenantFeed } from '../../core/feeds.ts';
import { keys, readTopicId } from '../../core/keys.ts';
import { readHead, toHead } from '../../core/log/topicHead.ts';
import type { Row } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { maySubscribe, retentionMsOf, type Topic, unknownTopic } from '../../core/topics.ts';
import { askedTopic, nameOf } from './askedTopic.ts';
import type { consoleContract } from './contract.ts';
import { listPage } from './page.ts';

type ConsoleContract = typeof consoleContract;

export async function listTopics({
  runtime,
  principal: { tenant },
  payload,
}: CallOf<ConsoleContract, 'topic.list'>) {
  const { app, table } = runtime;
  const kind = app.kinds.get(payload.kind);
  if (!kind) throw unknownTopic(app, payload.kind);
  const range = { pk: keys.headPartition(tenant, kind.name), only: ['epoch', 'seq', 'updatedAt'] };
  const toEntry = (row: Row) => {
    const topic = kind.id === 'none' ? kind.of() : kind.of(readTopicId(row.sk));
    const { epoch, seq, updatedAt } = toHead(row);
    return { ...nameOf(topic), epoch, seq, updatedAt };
  };
  const { entries, next } = await listPage(table, range, payload, toEntry);
  return { topics: entries, ...next };
}

/** Whoever looks leaves nothing: a topic without a head gets none by it. */
export async function describeTopic(call: CallOf<ConsoleContract, 'topic.describe'>) {
  const { runtime, principal } = call;
  const { tenant } = principal;
  const topic = askedTopic(call);
  const all = { kind: topic.kind, id: '*' };
  const head = await readHead(runtime.table, tenant, topic);
  const isOneOfAll = !isCollection(topic) && runtime.app.kinds.get(topic.kind)?.all !== undefined;
  return {
    ...nameOf(topic),
    epoch: head?.epoch ?? null,
    seq: head?.seq ?? 0,
    ...(head && { updatedAt: head.updatedAt }),
    followers: await countFollowers(runtime, tenant, topic),
    ...(isOneOfAll && { followersOfAll: await countFollowers(runtime, tenant, all) }),
    retainedMs: retentionMsOf(runtime, topic),
    maySubscribe: maySubscribe(runtime.app, principal, topic),
  };
}

/** Each thousand is some 40 read units. */
const maxCounted = 10_000;

async function countFollowers(runtime: Runtime, tenant: string, topic: Topic): Promise<number> {
  let count = 0;
  for await (const { muted } of subscribers(runtime, tenant, topic)) {
    if (!muted) count++;
    if (count === maxCounted) break;
  }
  return count;
}

export async function listFollowers(call: CallOf<ConsoleContract, 'topic.followers'>) {
  const { table, clock } = call.runtime;
  const { tenant } = call.principal;
  const range = { ...keys.subscriberRows(tenant, askedTopic(call)), only: ['ttl', 'muted'] };
  const { entries, next } = await listPage(table, range, call.payload, (row) => {
    const { connectionId, userId, muted, ttl } = toSubscriber(row);
    const isHere = ttl > clock.now() / 1000;
    return isHere && !muted ? { connectionId, userId } : undefined;
  });
  // The tenant's feed alone says what roles a connection has, and has the smallest row of it.
  const inTenant = entries.map(({ userId, connectionId }) =>
    keys.subscriber(tenant, tenantFeed.of(), userId, connectionId),
  );
  const rows = await table.getTogether(inTenant);
  const rolesAt = (at: number) => {
    const row = rows[at];
    return row ? [...toSubscriber(row).roles] : [];
  };
  return { followers: entries.map((entry, at) => ({ ...entry, roles: rolesAt(at) })), ...next };
}

import { ProtocolError, wireTopic } from '@tidings/protocol';
import { again, retry } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { hasPresence, mayNotSubscribe, maySubscribe, type Topic } from '../topics.ts';
import { transact } from '../transact.ts';
import { asConnection, type Connection, isJoined, requireOpen, topicAttribute } from './connections.ts';
import { countable, joinWrites, leaveWrites } from './connectionWrites.ts';
import { leavingWrites } from './leavers.ts';
import { presenceChanged } from './presenceChanged.ts';
import { muteWrite } from './subscriber.ts';

/** A transaction writes at most 100 rows, and the connection's own is one of them. */
export const maxTogether = 90;

/**
 * Subscribes a connection to topics. From then on every commit finds it in the audience. Read a head only
 * after this, or an update between the two is lost.
 *
 * @param together for many topics at once. Those that it was subscribed to already get no presence update, as
 *   a hundred would cost a hundred writes.
 * @throws ProtocolError `unauthenticated` (closed meanwhile), `forbidden` (a new token meanwhile does not
 *   allow it), `limit_exceeded`, `unavailable`.
 */
export async function join(
  runtime: Runtime,
  connection: Connection,
  topics: readonly Topic[],
  { together = false } = {},
): Promise<void> {
  if (topics.some(({ kind }) => kind === 'tenant')) {
    await runtime.table.write(muteWrite(connection, { muted: false }));
  }
  const distinct = new Map(topics.map((topic) => [topicAttribute(topic), topic]));
  for (const topic of connection.topics) distinct.delete(topicAttribute(topic));
  const missing = [...distinct.values()];
  for (let from = 0; from < missing.length; from += maxTogether) {
    await joinTogether(runtime, connection, missing.slice(from, from + maxTogether));
  }
  // Also for a topic that it was subscribed to: an earlier try may have died right here.
  await queuePresence(runtime, connection, together ? missing : topics);
}

function queuePresence(runtime: Runtime, connection: Connection, topics: readonly Topic[]): Promise<boolean> {
  const withPresence = topics.filter((topic) => hasPresence(runtime.app, topic));
  return presenceChanged(runtime, connection, withPresence);
}

async function joinTogether(
  runtime: Runtime,
  connection: Connection,
  topics: readonly Topic[],
): Promise<void> {
  const max = runtime.settings.limits.topicsPerConnection;
  const failed = await transact(
    runtime,
    joinWrites(runtime.app, connection, topics, max, runtime.clock.now()),
  );
  if (!failed) return;
  const current = failed.has(0) ? requireOpen(asConnection(failed.get(0))) : connection;
  if (current.rights !== connection.rights) {
    const lost = topics.find((topic) => !maySubscribe(runtime.app, current.principal, topic));
    if (lost) throw mayNotSubscribe(lost);
    return join(runtime, current, topics);
  }
  const raced = [...failed.keys()].some((index) => index > 0);
  if (!raced) throw tooManyTopics(max);
  // Another frame of this connection has subscribed to one of them meanwhile. If it is the only one, all is
  // done.
  if (topics.length > 1) for (const topic of topics) await join(runtime, connection, [topic]);
}

/**
 * Refuses what needs one more subscription where the connection could not have it, as far as its row says that was read.
 *
 * @throws ProtocolError `limit_exceeded`.
 */
export function requireRoomFor(
  { app, settings }: Pick<Runtime, 'app' | 'settings'>,
  connection: Connection,
  topic: Topic,
): void {
  const max = settings.limits.topicsPerConnection;
  const isFull = countable(app, connection, connection.topics) >= max;
  if (isFull && !isJoined(connection, topic)) throw tooManyTopics(max);
}

const tooManyTopics = (max: number) =>
  new ProtocolError('limit_exceeded', `a connection may be subscribed to ${max} topics at most`);

/**
 * Takes a connection out of a topic's audience. In the tenant's feed it is only muted, as `stats` counts
 * those rows.
 *
 * @throws ProtocolError `not_subscribed`, `unauthenticated`, `unavailable`.
 */
export async function leave(runtime: Runtime, connection: Connection, topic: Topic): Promise<void> {
  if (topic.kind === 'tenant') {
    if ((await runtime.table.write(muteWrite(connection, { muted: true }))).ok) return;
    throw notSubscribed(topic);
  }
  let current = connection;
  await retry(runtime, async () => {
    const failed = await transact(runtime, [
      ...leaveWrites(runtime.app, current, topic),
      ...leavingWrites(current, [topic], runtime.clock.now()),
    ]);
    await queuePresence(runtime, current, [topic]);
    if (failed?.has(1)) throw notSubscribed(topic);
    if (!failed) return;
    current = requireOpen(asConnection(failed.get(0)));
    return again();
  });
}

export function notSubscribed(topic: Topic): ProtocolError {
  return new ProtocolError('not_subscribed', `this connection is not subscribed to ${wireTopic(topic)}`);
}

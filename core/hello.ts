import { ProtocolError, protocolVersion, type Topic, wireTopic } from '@tidings/protocol';
import type { Connection } from './connections.ts';
import { ensureHead } from './heads.ts';
import type { Runtime } from './runtime.ts';
import { type CaughtUp, catchUp, join, mostAnswerBytes, type Since } from './subscribe.ts';
import { feedsOf, snapshotOf, topicFor, topicRules } from './topicKinds.ts';

/** Between these, at random, so that connections which were opened together are not renewed together. */
const rotateMs = { least: 90 * 60_000, most: 110 * 60_000 };
/** API Gateway cuts a connection that is silent for ten minutes; networks in between are less patient. */
const heartbeatMs = 60_000;

export interface Wanted {
  readonly topic: string;
  readonly since?: Since | undefined;
}

/** Recovers all that a client asks for in one answer, and tells it how to behave on this connection. */
export async function greet(
  runtime: Runtime,
  connection: Connection,
  version: number,
  wanted: readonly Wanted[],
): Promise<object> {
  if (version !== protocolVersion) {
    throw new ProtocolError('unsupported_version', `this server speaks version ${protocolVersion} only`);
  }
  const { connectionId, principal, connectedAt } = connection;
  const about = {
    connectionId,
    userId: principal.userId,
    tenant: principal.tenant,
    roles: principal.roles,
    expiresAt: principal.expiresAt,
    rotateAfterMs: rotateAfterMs(runtime, connectedAt),
    heartbeatMs,
    limits: runtime.settings.limits,
  };
  return { ...about, subs: await recoverAll(runtime, connection, wanted, JSON.stringify(about).length) };
}

function rotateAfterMs({ random, clock }: Runtime, connectedAt: number): number {
  const age = clock.now() - connectedAt;
  return Math.max(0, Math.round(rotateMs.least + random.fraction() * (rotateMs.most - rotateMs.least)) - age);
}

async function recoverAll(
  runtime: Runtime,
  connection: Connection,
  wanted: readonly Wanted[],
  usedBytes: number,
): Promise<object[]> {
  const { principal } = connection;
  // One's own feed first: it has what must be shown however little room there is.
  const ownFirst = [...wanted].sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
  const judged = ownFirst.map((want) => ({ want, ...judge(principal, want.topic, runtime.clock.now()) }));
  const topics = judged.flatMap(({ topic }) => (topic ? [topic] : []));
  await join(runtime, connection, topics);
  const named = new Set(topics.map(wireTopic));
  const followed = new Set(connection.topics.map(wireTopic));
  const feeds = feedsOf(principal).filter((feed) => {
    const name = wireTopic(feed);
    return followed.has(name) && !named.has(name);
  });
  const entries: object[] = await Promise.all(feeds.map((feed) => standing(runtime, principal.tenant, feed)));
  let room = mostAnswerBytes - usedBytes - Buffer.byteLength(JSON.stringify(entries));
  for (const { want, topic, error } of judged) {
    const entry = topic
      ? await recoverOne(runtime, principal.tenant, topic, want.since, room)
      : { topic: want.topic, error };
    room -= Buffer.byteLength(JSON.stringify(entry)) + 1;
    entries.push(entry);
  }
  return entries;
}

const isOwn = ({ topic }: Wanted) => topic === 'user:me';

/** One topic that is refused does not keep the others from being recovered. */
function judge(
  principal: Connection['principal'],
  text: string,
  now: number,
): { topic?: Topic; error?: object } {
  try {
    return { topic: topicFor(principal, text, now) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { error: { code: error.code, message: error.message.slice(0, 100) } };
  }
}

/**
 * A feed that the client did not ask about: where it stands, so that the first event after it shows a gap. Of one's
 * own also what must not be buried.
 */
async function standing(runtime: Runtime, tenant: string, feed: Topic): Promise<object> {
  const topic = wireTopic(feed);
  if (feed.kind === 'clients') return { topic, at: runtime.clock.now(), recovered: false };
  const { epoch, seq, state } = await ensureHead(runtime, tenant, feed);
  const page = { mostBytes: mostAnswerBytes, now: runtime.clock.now() };
  const snapshot = topicRules(feed).shownOnRecovery && snapshotOf(feed, state as never, page);
  return { topic, epoch, seq, recovered: false, ...(snapshot && { snapshot }) };
}

/** What does not fit any more is left for a `subscribe` of its own. */
async function recoverOne(
  runtime: Runtime,
  tenant: string,
  topic: Topic,
  since: Since | undefined,
  room: number,
): Promise<object> {
  const name = wireTopic(topic);
  const caughtUp: CaughtUp = await catchUp(runtime, tenant, topic, since, { mostBytes: room });
  const entry = { topic: name, ...caughtUp };
  if (Buffer.byteLength(JSON.stringify(entry)) <= room) return entry;
  const { epoch, recovered, snapshot } = caughtUp;
  const rest = {
    topic: name,
    ...(epoch && { epoch, seq: recovered ? since?.seq : 0 }),
    recovered,
    more: true,
  };
  const shown = { ...rest, snapshot };
  return recovered && snapshot && Buffer.byteLength(JSON.stringify(shown)) <= room ? shown : rest;
}

import { isCollection, ProtocolError, protocolVersion, wireTopic } from '@tidings/protocol';
import { type AnswerRoom, answerRoom, hasRoom, maxAnswerBytes } from '../log/answerRoom.ts';
import { type CaughtUp, catchUp, type Since } from '../log/catchUp.ts';
import { bytesOf } from '../log/fillPage.ts';
import { ensureHead } from '../log/topicHead.ts';
import type { Principal } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { rulesOf, snapshotOf, type Topic, type TopicCatalog, topicFor } from '../topics.ts';
import type { Connection } from './connections.ts';
import { join } from './subscribe.ts';

/** Between these, at random, so that connections which were opened together are not renewed together. */
const rotateMs = { min: 90 * 60_000, max: 110 * 60_000 };
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
  return Math.max(0, Math.round(rotateMs.min + random.fraction() * (rotateMs.max - rotateMs.min)) - age);
}

/** What an entry that has no room, or an error in few words, takes besides its topic's name. */
const minEntryBytes = 110;
/** After so many topics that had no room no other is read. */
const maxPutOffs = 8;
/** The name of a topic is shorter; what is none goes back in part. */
const maxNameBytes = 84;

async function recoverAll(
  runtime: Runtime,
  connection: Connection,
  wanted: readonly Wanted[],
  usedBytes: number,
): Promise<object[]> {
  const { principal } = connection;
  const judged = judgeAll(runtime.app, principal, wanted, runtime.clock.now());
  const topics = judged.flatMap((one) => ('topic' in one ? [one.topic] : []));
  await join(runtime, connection, topics, { together: true });
  const named = new Set(judged.map(({ name }) => name));
  const followed = new Set(connection.topics.map(wireTopic));
  const feeds = runtime.app.feedsOf(principal).filter((feed) => {
    const name = wireTopic(feed);
    return followed.has(name) && !named.has(name);
  });
  const reserved = usedBytes + judged.reduce((sum, one) => sum + minBytes(one), 0);
  const forFeeds = maxAnswerBytes - reserved - feeds.length * minEntryBytes;
  const entries: object[] = await Promise.all(
    feeds.map((feed) => positionOf(runtime, principal.tenant, feed, forFeeds)),
  );
  const room = answerRoom(maxAnswerBytes - reserved - bytesOf(entries));
  let putOffs = 0;
  for (const one of judged) {
    room.answerBytes += minBytes(one);
    const left = room.answerBytes;
    const entry =
      'topic' in one ? await recoverOne(runtime, principal.tenant, one, room) : refusal(one, left);
    room.answerBytes = left - bytesOf(entry) - 1;
    // A topic whose next event does not fit keeps no other from being recovered; many of them cost reads in vain.
    if (isPutOff(entry) && ++putOffs === maxPutOffs) room.readBytes = 0;
    entries.push(entry);
  }
  return entries;
}

const minBytes = ({ name }: Judged) => name.length + minEntryBytes;

/** One topic of a `hello`, by its wire name, or why it is refused. */
type Judged = { readonly name: string; readonly since?: Since | undefined } & (
  | { readonly topic: Topic }
  | { readonly refused: ProtocolError }
);

const isOwn = ({ topic }: Wanted) => topic === 'user:me';

/** Each topic once, however often it is named. One that is refused does not keep the others from being recovered. */
function judgeAll(catalog: TopicCatalog, who: Principal, wanted: readonly Wanted[], now: number): Judged[] {
  const judged = new Map<string, Judged>();
  // One's own feed first: it has what must be shown however little room there is.
  for (const { topic: text, since } of [...wanted.filter(isOwn), ...wanted]) {
    const one = judge(catalog, who, text, now);
    if (!judged.has(one.name)) judged.set(one.name, { ...one, since });
  }
  return [...judged.values()];
}

function judge(catalog: TopicCatalog, who: Principal, text: string, now: number): Judged {
  try {
    const topic = topicFor(catalog, who, text, now);
    return { name: wireTopic(topic), topic };
  } catch (refused) {
    if (!(refused instanceof ProtocolError)) throw refused;
    return { name: text, refused };
  }
}

/** A hundred of them fit into an answer: what is no topic is not repeated at length. */
function refusal({ name, refused }: Extract<Judged, { refused: ProtocolError }>, leftBytes: number): object {
  const { code, message } = refused;
  const isTight = leftBytes < maxAnswerBytes / 2;
  let topic = name;
  while (bytesOf([topic]) > maxNameBytes) topic = topic.slice(0, -1);
  return { topic, error: { code, message: message.slice(0, isTight ? 20 : 100) } };
}

/**
 * A feed that the client did not ask about: where it stands, so that the first event after it shows a gap. Of one's
 * own also what must not be buried, where there is room for it.
 */
async function positionOf(
  runtime: Runtime,
  tenant: string,
  feed: Topic,
  snapshotBytes: number,
): Promise<object> {
  const topic = wireTopic(feed);
  if (isCollection(feed)) return { topic, at: runtime.clock.now(), recovered: false };
  const { epoch, seq, state } = await ensureHead(runtime, tenant, feed);
  const page = { maxBytes: snapshotBytes, now: runtime.clock.now() };
  const snapshot = rulesOf(runtime.app, feed).shownOnRecovery && snapshotOf(runtime.app, feed, state, page);
  const fits = snapshot && bytesOf(snapshot) <= snapshotBytes;
  return { topic, epoch, seq, recovered: false, ...(fits && { snapshot }) };
}

/** What does not fit any more is left for a `subscribe` of its own, and nothing is read for it. */
async function recoverOne(
  runtime: Runtime,
  tenant: string,
  { name, topic, since }: Extract<Judged, { topic: Topic }>,
  room: AnswerRoom,
): Promise<object> {
  if (!hasRoom(room)) return { topic: name, ...putOff };
  const left = room.answerBytes;
  const caughtUp: CaughtUp = await catchUp(runtime, tenant, topic, since, undefined, room);
  const entry = { topic: name, ...caughtUp };
  if (bytesOf(entry) <= left) return entry;
  const { epoch, recovered, snapshot } = caughtUp;
  const rest = {
    topic: name,
    ...(epoch && { epoch, seq: recovered ? since?.seq : 0 }),
    ...putOff,
    recovered,
  };
  const shown = { ...rest, snapshot };
  return recovered && snapshot && bytesOf(shown) <= left ? shown : rest;
}

const putOff = { recovered: false, more: true };
const isPutOff = (entry: object) => 'more' in entry && !('events' in entry);

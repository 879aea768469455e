import { isCollection, ProtocolError, protocolVersion, wireTopic } from '@tidings/protocol';
import { invalidField } from '../invalidField.ts';
import { type AnswerBudget, answerBudget, hasBudget, maxAnswerBytes } from '../log/answerBudget.ts';
import { type CaughtUp, catchUp, type Since } from '../log/catchUp.ts';
import { bytesOf } from '../log/fillPage.ts';
import { ensureHead } from '../log/topicHead.ts';
import type { Principal } from '../principal.ts';
import type { Runtime } from '../runtime.ts';
import { rulesOf, snapshotOf, type Topic, type TopicCatalog, topicFor } from '../topics.ts';
import { asksForBatch, isChosen, notOwnFeeds } from './choice.ts';
import { choose } from './choose.ts';
import { type Connection, isJoined } from './connections.ts';
import { join } from './subscribe.ts';

/** Random between these, so that connections opened together are not renewed together. */
const rotateMs = { min: 90 * 60_000, max: 110 * 60_000 };
/** API Gateway closes a connection after ten silent minutes, and networks may do so sooner. */
const heartbeatMs = 60_000;

export interface TopicRequest {
  readonly topic: string;
  readonly since?: Since | undefined;
}

/** What a client says hello with. */
export interface Hello {
  readonly v: number;
  readonly subs?: readonly TopicRequest[] | undefined;
  readonly feeds?: readonly string[] | undefined;
  readonly features?: readonly string[] | undefined;
}

/** Recovers all topics that a client asks for in one answer, and sends it the rules of this connection. */
export async function greet(runtime: Runtime, connection: Connection, hello: Hello): Promise<object> {
  if (hello.v !== protocolVersion) {
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
  return { ...about, subs: await recoverAll(runtime, connection, hello, JSON.stringify(about).length) };
}

function rotateAfterMs({ random, clock }: Runtime, connectedAt: number): number {
  const age = clock.now() - connectedAt;
  return Math.max(0, Math.round(rotateMs.min + random.fraction() * (rotateMs.max - rotateMs.min)) - age);
}

/** The size of an entry that does not fit, or of an error, besides the topic's name. */
const minEntryBytes = 110;
/** After this many topics that did not fit, no more are read. */
const maxDeferrals = 8;
/** Topic names are shorter. Only this much of an invalid one is sent back. */
const maxNameBytes = 84;
/** How many topics one `hello` has an entry for because it names them. So many fit into an answer, whatever their entries say. */
const maxNamed = 100;

async function recoverAll(
  runtime: Runtime,
  former: Connection,
  { subs = [], feeds: names, features }: Hello,
  usedBytes: number,
): Promise<object[]> {
  const { app } = runtime;
  const { principal } = former;
  const refused = notOwnFeeds(app, principal, names);
  const requested = authorizeTopics(app, principal, subs, refused, runtime.clock.now());
  const topics = requested.flatMap((one) => ('topic' in one ? [one.topic] : []));
  const choice = { ...(names && { feeds: names }), batch: asksForBatch(features) };
  const connection = await choose(runtime, former, choice, topics);
  await join(runtime, connection, topics, { together: true });
  const named = new Set(requested.map(({ name }) => name));
  const feeds = app
    .feedsOf(principal)
    .filter((feed) => isFollowed(connection, feed) && !named.has(wireTopic(feed)));
  const budget = answerBudget();
  budget.take(usedBytes);
  for (const one of requested) budget.take(minBytes(one));
  const positions = await positionsOf(runtime, principal.tenant, feeds, budget);
  return [...positions, ...(await recoverEach(runtime, principal.tenant, requested, budget))];
}

/** The tenant's feed is joined whether it is wanted or not. */
const isFollowed = (connection: Connection, feed: Topic): boolean =>
  isJoined(connection, feed) && (feed.kind !== 'tenant' || isChosen(connection, feed));

/** @param budget has `minBytes` kept free for each topic. */
async function recoverEach(
  runtime: Runtime,
  tenant: string,
  requested: readonly RequestedTopic[],
  budget: AnswerBudget,
): Promise<object[]> {
  const entries: object[] = [];
  let deferrals = 0;
  for (const one of requested) {
    budget.giveBack(minBytes(one));
    const entry =
      'topic' in one ? await recoverOne(runtime, tenant, one, budget) : refusal(one, budget.answerBytes);
    budget.take(bytesOf(entry) + 1);
    // Other topics are recovered even if this one's next event does not fit. Too many such topics cost reads
    // for nothing.
    if (isDeferred(entry) && ++deferrals === maxDeferrals) budget.readNoMore();
    entries.push(entry);
  }
  return entries;
}

const minBytes = ({ name }: RequestedTopic) => name.length + minEntryBytes;

/** One topic of a `hello` with its wire name, or the error for it. */
type RequestedTopic = { readonly name: string; readonly since?: Since | undefined } & (
  | { readonly topic: Topic }
  | { readonly refused: ProtocolError }
);
type RefusedTopic = Extract<RequestedTopic, { refused: ProtocolError }>;

const isOwn = ({ topic }: TopicRequest) => topic === 'user:me';

/**
 * Each topic once, however often it is named. One that is refused does not stop the others.
 *
 * @throws ProtocolError `validation_failed` for more of them than an answer holds.
 */
function authorizeTopics(
  catalog: TopicCatalog,
  who: Principal,
  requests: readonly TopicRequest[],
  refused: readonly RefusedTopic[],
  now: number,
): RequestedTopic[] {
  const requested = new Map<string, RequestedTopic>();
  // The user's own feed first: it has what must be shown even if little fits.
  for (const { topic: text, since } of [...requests.filter(isOwn), ...requests]) {
    const one = authorizeTopic(catalog, who, text, now);
    if (!requested.has(one.name)) requested.set(one.name, { ...one, since });
  }
  for (const one of refused) if (!requested.has(one.name)) requested.set(one.name, one);
  if (requested.size > maxNamed) {
    throw invalidField('payload.feeds', `with subs names more than ${maxNamed} topics besides its own feeds`);
  }
  return [...requested.values()];
}

function authorizeTopic(catalog: TopicCatalog, who: Principal, text: string, now: number): RequestedTopic {
  try {
    const topic = topicFor(catalog, who, text, now);
    return { name: wireTopic(topic), topic };
  } catch (refused) {
    if (!(refused instanceof ProtocolError)) throw refused;
    return { name: text, refused };
  }
}

/** An answer must hold a hundred of them, so a long invalid name is shortened. */
function refusal({ name, refused }: RefusedTopic, leftBytes: number): object {
  const { code, message } = refused;
  const isTight = leftBytes < maxAnswerBytes / 2;
  let topic = name;
  while (bytesOf([topic]) > maxNameBytes) topic = topic.slice(0, -1);
  return { topic, error: { code, message: message.slice(0, isTight ? 20 : 100) } };
}

async function positionsOf(
  runtime: Runtime,
  tenant: string,
  feeds: readonly Topic[],
  budget: AnswerBudget,
): Promise<object[]> {
  const snapshotBytes = budget.answerBytes - feeds.length * minEntryBytes;
  const positions = await Promise.all(feeds.map((feed) => positionOf(runtime, tenant, feed, snapshotBytes)));
  budget.take(bytesOf(positions));
  return positions;
}

/**
 * A feed that the client did not ask for: its position, so that the next event shows a gap. For the user's
 * own feed also what must always be shown, if it fits.
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

/** A topic that does not fit is not read. The client subscribes to it by itself. */
async function recoverOne(
  runtime: Runtime,
  tenant: string,
  { name, topic, since }: Extract<RequestedTopic, { topic: Topic }>,
  budget: AnswerBudget,
): Promise<object> {
  if (!hasBudget(budget)) return { topic: name, ...deferred };
  const left = budget.answerBytes;
  const caughtUp: CaughtUp = await catchUp(runtime, tenant, topic, since, undefined, budget.forPart());
  const entry = { topic: name, ...caughtUp };
  if (bytesOf(entry) <= left) return entry;
  const { epoch, recovered, snapshot } = caughtUp;
  const rest = {
    topic: name,
    ...(epoch && { epoch, seq: recovered ? since?.seq : 0 }),
    ...deferred,
    recovered,
  };
  const shown = { ...rest, snapshot };
  return recovered && snapshot && bytesOf(shown) <= left ? shown : rest;
}

const deferred = { recovered: false, more: true };
const isDeferred = (entry: object) => 'more' in entry && !('events' in entry);

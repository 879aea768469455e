import { isCollection, type Topic } from '@tidings/protocol';
import type { Key, Row } from './ports.ts';

/**
 * The format of every key. Ids are percent-encoded, so that none can contain the separator, and no tenant's
 * key can equal another's. All keys but a connection's and a ticket's begin with the tenant.
 */
const part = encodeURIComponent;

const topicId = ({ id }: Topic) => (id === undefined ? '-' : part(id));
/** All topics of a kind are stored under its plural: `clients:-`. */
const topicKey = (topic: Topic) =>
  isCollection(topic) ? `${topic.kind}s:-` : `${topic.kind}:${topicId(topic)}`;

/** Sort keys are compared as text, so numbers are written with a fixed width. */
const padded = (seq: number) => String(seq).padStart(12, '0');

/** The sort key of an event in its topic's log. */
export const logSortKey = padded;

/** Times are sorted as numbers are, and have a digit more than most. */
const paddedTime = (at: number) => String(Math.max(0, Math.floor(at))).padStart(15, '0');

/** Where changes of this time begin in their lists. */
export const changeSortKey = paddedTime;

/**
 * The ends of all connections. One partition takes 1,000 write units a second:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 * A table takes 40,000, unless its quota was raised, and a connect or a disconnect costs six, of which one is here: so of
 * a storm of them, the table has enough before these have. More shards would be more reads of each run that finds nothing.
 */
const expiryShards = 8;

/** The looks at work: each that is accepted costs three units here, so that two take 600 a second. */
const watchShards = 2;

/** The changes of a kind in a tenant: one write unit each, so that four take 4,000 commits a second. */
const changeShards = 4;

/** The same for an id at all times, and even over many. */
function shardOf(id: string, shards: number): number {
  let hash = 0;
  for (const letter of id) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hash % shards;
}

const leaverPartition = (tenant: string, topic: Topic) => `WINDOW#${part(tenant)}#${topicKey(topic)}`;

const changesPartition = (tenant: string, kind: string, shard: number) =>
  `CHANGES#${part(tenant)}#${kind}#${shard}`;

export const keys = {
  head: (tenant: string, topic: Topic): Key => ({
    pk: keys.headPartition(tenant, topic.kind),
    sk: topicId(topic),
  }),
  /** The heads of all topics of a kind. */
  headPartition: (tenant: string, kind: string) => `HEAD#${part(tenant)}#${kind}`,
  logPartition: (tenant: string, topic: Topic, epoch: string) =>
    `LOG#${part(tenant)}#${topicKey(topic)}#${epoch}`,
  log: (tenant: string, topic: Topic, epoch: string, seq: number): Key => ({
    pk: keys.logPartition(tenant, topic, epoch),
    sk: padded(seq),
  }),
  /** The lists of changes of a kind whose topics are followed as one. A topic is in one of them, in the order of time. */
  changesPartitions: (tenant: string, kind: string): readonly string[] =>
    Array.from({ length: changeShards }, (_, shard) => changesPartition(tenant, kind, shard)),
  change: (tenant: string, topic: Topic, at: number, seq: number): Key => ({
    pk: changesPartition(tenant, topic.kind, shardOf(topicId(topic), changeShards)),
    sk: `${paddedTime(at)}#${topicId(topic)}#${padded(seq)}`,
  }),
  ref: (tenant: string, userId: string, ref: string): Key => ({
    pk: `REF#${part(tenant)}#${part(userId)}#${part(ref)}`,
    sk: 'REF',
  }),
  connection: (connectionId: string): Key => ({ pk: `CONN#${part(connectionId)}`, sk: 'META' }),
  userPartition: (tenant: string, userId: string) => `USER#${part(tenant)}#${part(userId)}`,
  slot: (tenant: string, userId: string, slot: number): Key => ({
    pk: keys.userPartition(tenant, userId),
    sk: `${slotPrefix}${String(slot).padStart(4, '0')}`,
  }),
  /** Tokens of this user that were issued up to this row's time are void. */
  revoked: (tenant: string, userId: string): Key => ({
    pk: keys.userPartition(tenant, userId),
    sk: 'REVOKED',
  }),
  /** This user's running work, for its limit. */
  underWay: (tenant: string, userId: string, work: string): Key => ({
    pk: keys.userPartition(tenant, userId),
    sk: `UNDERWAY#${work}`,
  }),
  /** A busy user's requests in all environments. */
  rate: (tenant: string, userId: string): Key => ({ pk: `RATE#${part(tenant)}#${part(userId)}`, sk: 'RATE' }),
  subscribers: (tenant: string, topic: Topic) => `SUBS#${part(tenant)}#${topicKey(topic)}`,
  /** Where its subscribers are, without the batch window that is kept among them. */
  subscriberRows: (tenant: string, topic: Topic) => ({
    pk: keys.subscribers(tenant, topic),
    prefix: subscriberPrefix,
  }),
  subscriber: (tenant: string, topic: Topic, userId: string, connectionId: string): Key => ({
    pk: keys.subscribers(tenant, topic),
    sk: `${subscriberPrefix}${part(userId)}#${part(connectionId)}`,
  }),
  /** Where the connections are, in the order of their ends. */
  expiryPartitions: (): readonly string[] =>
    Array.from({ length: expiryShards }, (_, shard) => `EXPIRY#${shard}`),
  expiry: (at: number, connectionId: string): Key => ({
    pk: `EXPIRY#${shardOf(connectionId, expiryShards)}`,
    sk: `${paddedTime(at)}#${part(connectionId)}`,
  }),
  /** The sort key that due rows have up to this time. */
  dueUpTo: (at: number) => paddedTime(at + 1),
  ticket: (digest: string): Key => ({ pk: `TICKET#${digest}`, sk: 'TICKET' }),
  fanOut: (id: string): Key => ({ pk: `FANOUT#${id}`, sk: 'FANOUT' }),
  /** Where the looks at work are, in the order of their times. */
  watchPartitions: (): readonly string[] =>
    Array.from({ length: watchShards }, (_, shard) => `WATCH#${shard}`),
  watch: (at: number, work: string, tenant: string, id: string): Key => ({
    pk: `WATCH#${shardOf(id, watchShards)}`,
    sk: `${paddedTime(at)}#${work}#${part(tenant)}#${part(id)}`,
  }),
  /** The same in 0.1.0: a partition for each minute, and how far each search had come. */
  former: {
    expiryPartition: (minute: number) => `EXPIRY#${minute}`,
    reaped: (): Key => ({ pk: 'REAPER', sk: 'REAPER' }),
    watchPartition: (minute: number) => `WATCH#${minute}`,
    resumed: (): Key => ({ pk: 'REAPER', sk: 'WORK' }),
  },
  /** The requests that wait to be committed together, in the order in which they came. */
  waitPartition: (tenant: string, topic: Topic) => `WAIT#${part(tenant)}#${topicKey(topic)}`,
  wait: (tenant: string, topic: Topic, sinceMs: number, id: string): Key => ({
    pk: keys.waitPartition(tenant, topic),
    sk: `${String(sinceMs).padStart(15, '0')}#${part(id)}`,
  }),
  /** What a request that waits asks for, where that is long. */
  waitCall: (tenant: string, topic: Topic, wait: string): Key => ({
    pk: keys.waitPartition(tenant, topic),
    sk: `CALL#${wait}`,
  }),
  /** Who commits for all that wait. Sort keys of rows that wait begin with a digit. */
  gatherer: (tenant: string, topic: Topic): Key => ({
    pk: keys.waitPartition(tenant, topic),
    sk: 'GATHERER',
  }),
  /**
   * Who gathers what is published on a topic for those who understand batches, and until when. It is among their
   * subscribers, so that whoever reads these has read it too.
   */
  batchWindow: (tenant: string, topic: Topic): Key => ({
    pk: keys.subscribers(tenant, topic),
    sk: 'WINDOW',
  }),
  /** Who left all topics of a kind, in the order of time. */
  leaver: (tenant: string, all: Topic, at: number, connectionId: string): Key => ({
    pk: leaverPartition(tenant, all),
    sk: `LEFT#${paddedTime(at)}#${part(connectionId)}`,
  }),
  leavers: (tenant: string, all: Topic, since: number) => ({
    pk: leaverPartition(tenant, all),
    from: `LEFT#${paddedTime(since)}`,
    to: 'LEFT#~',
  }),
  /** The presence that a topic's subscribers last received, and that an update is queued. */
  presenceSent: (tenant: string, topic: Topic): Key => ({
    pk: `PRESENCE#${part(tenant)}#${topicKey(topic)}`,
    sk: 'TOLD',
  }),
  presenceDue: (tenant: string, topic: Topic): Key => ({
    pk: `PRESENCE#${part(tenant)}#${topicKey(topic)}`,
    sk: 'DUE',
  }),
};

export const slotPrefix = 'SLOT#';
export const subscriberPrefix = 'SUB#';

/** The kinds of the engine's own rows: what their partitions begin with. `core/owner.ts` says whose they are. */
export const engineKinds = [
  'HEAD',
  'LOG',
  'CHANGES',
  'REF',
  'CONN',
  'USER',
  'RATE',
  'SUBS',
  'EXPIRY',
  'TICKET',
  'FANOUT',
  'REAPER',
  'WATCH',
  'PRESENCE',
  'WAIT',
  'WINDOW',
] as const;

/** Which of a feature's rows are one user's alone, so that they are deleted with the user's data. */
export interface RowsOfUsers {
  /** @param ids those of the partition, after the tenant; @param row its key, and what `reads` names */
  readonly isOfUser: (userId: string, ids: readonly string[], row: Row) => boolean;
  /** Attributes that this is judged by. @default none */
  readonly reads?: readonly string[];
}

/** What rows of features are called: each is named once, where its module is loaded. */
const taken = new Map<string, RowsOfUsers>();

/** The kinds of features' rows, as far as their modules are loaded. */
export const rowsOfFeatures: ReadonlyMap<string, RowsOfUsers> = taken;

/** The keys of a feature's own rows of one kind. No id can lead out of the tenant. */
export interface FeatureRows {
  /** The partition of rows that are read together. */
  readonly partition: (tenant: string, ...ids: readonly string[]) => string;
  /** The key of a row that is alone in its partition. */
  readonly key: (tenant: string, ...ids: readonly string[]) => Key;
  /** A number as a text that sorts in its order. */
  readonly numbered: (seq: number) => string;
}

/**
 * The keys of a feature's own rows.
 *
 * @param kind what the rows are called, in capitals.
 * @param users whose they are; that they are a tenant's says their key
 * @throws Error for what rows of the engine, or of another feature, are called.
 */
export function featureRows(kind: string, users: RowsOfUsers): FeatureRows {
  if (!/^[A-Z]+$/.test(kind) || engineKinds.some((one) => one === kind)) {
    throw new Error(`a feature cannot call its rows ${kind}: capitals, and no name of the engine's rows`);
  }
  if (taken.has(kind)) throw new Error(`two features call their rows ${kind}`);
  taken.set(kind, users);
  const partition = (tenant: string, ...ids: readonly string[]) =>
    [kind, ...[tenant, ...ids].map(part)].join('#');
  return { partition, key: (...path) => ({ pk: partition(...path), sk: kind }), numbered: padded };
}

/** A topic as a part of a feature's key. */
export const topicPart = (topic: Topic): string => topicKey(topic);

/** Reads the connection id from its row's partition key; `undefined` for another row's. */
export function readConnectionId(pk: string): string | undefined {
  const [, id] = /^CONN#(.+)$/.exec(pk) ?? [];
  return id === undefined ? undefined : decodeURIComponent(id);
}

/** Reads the tenant, and the id of the topic, out of a log's partition key. */
export function readLogPartition(pk: string): { tenant: string; topicId: string } {
  const [, tenant = '', topic = ''] = pk.split('#');
  return {
    tenant: decodeURIComponent(tenant),
    topicId: decodeURIComponent(topic.slice(topic.indexOf(':') + 1)),
  };
}

/** Reads the tenant and the kind out of the partition key of heads; `undefined` for another row's. */
export function readHeadPartition(pk: string): { tenant: string; kind: string } | undefined {
  const [, tenant, kind] = /^HEAD#([^#]+)#([^#]+)$/.exec(pk) ?? [];
  return tenant === undefined || kind === undefined
    ? undefined
    : { tenant: decodeURIComponent(tenant), kind };
}

/** Reads the id of the topic out of the sort key of its head, for a kind with ids. */
export const readTopicId = (sk: string): string => decodeURIComponent(sk);

/** Reads the id of the topic out of a change's sort key. */
export function readChangedId(sk: string): string {
  const [, id = ''] = sk.split('#');
  return decodeURIComponent(id);
}

/** When a due row is due, in milliseconds since 1970; `undefined` for any other row. */
export function readDueTime({ pk, sk }: Key): number | undefined {
  const [, minute] = /^(?:EXPIRY|WATCH)#(\d+)$/.exec(pk) ?? [];
  if (minute === undefined) return undefined;
  const [, time] = /^(\d{15})#/.exec(sk) ?? [];
  return time === undefined ? Number(minute) * 60_000 : Number(time);
}

/** What is due: its names, of which those of 0.1.0 are all that a sort key has. */
export const readDue = (sk: string): readonly string[] =>
  sk
    .replace(/^\d{15}#/, '')
    .split('#')
    .map(decodeURIComponent);

/** Reads user and connection out of a subscriber's key. */
export function readSubscriber(sk: string): { userId: string; connectionId: string } {
  const [, userId = '', connectionId = ''] = sk.split('#');
  return { userId: decodeURIComponent(userId), connectionId: decodeURIComponent(connectionId) };
}

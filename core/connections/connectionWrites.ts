import { keys } from '../keys.ts';
import type { Write } from '../ports.ts';
import type { Principal } from '../principal.ts';
import type { Topic, TopicCatalog } from '../topics.ts';
import { type Connection, isOpen, topicAttribute, topicAttributes } from './connections.ts';
import { subscriberKey, subscriberRow } from './subscriber.ts';

/** How many of the topics count towards the limit: all but feeds. */
export function countable(
  { feedsOf }: TopicCatalog,
  { principal }: Connection,
  topics: readonly Topic[],
): number {
  const feeds = new Set(feedsOf(principal).map(topicAttribute));
  return topics.filter((topic) => !feeds.has(topicAttribute(topic))).length;
}

/**
 * The writes that subscribe an open connection to topics: in its own row, and in each topic's audience. The
 * first fails if the token was replaced since the connection was read, or if there would be too many topics.
 * A later one fails if the connection is subscribed already.
 */
export function joinWrites(
  catalog: TopicCatalog,
  connection: Connection,
  topics: readonly Topic[],
  maxTopics: number,
  now: number,
): Write[] {
  const count = countable(catalog, connection, topics);
  const sameRights = { is: 'equal', attribute: 'rights', value: connection.rights } as const;
  const fewEnough = { is: 'below', attribute: 'joined', value: maxTopics - count + 1 } as const;
  return [
    {
      update: keys.connection(connection.connectionId),
      set: topicAttributes(catalog, topics, now),
      add: { joined: count, changes: 1 },
      if: { is: 'all', of: count > 0 ? [isOpen, sameRights, fewEnough] : [isOpen, sameRights] },
    },
    ...topics.map((topic): Write => ({ put: subscriberRow(connection, topic, now), if: { is: 'absent' } })),
  ];
}

/**
 * The writes that unsubscribe a connection from one topic. The first fails as above, the second if it was not
 * subscribed.
 */
export function leaveWrites(catalog: TopicCatalog, connection: Connection, topic: Topic): Write[] {
  return [
    {
      update: keys.connection(connection.connectionId),
      remove: [topicAttribute(topic)],
      add: { joined: -countable(catalog, connection, [topic]), changes: 1 },
      if: { is: 'all', of: [isOpen, { is: 'equal', attribute: 'rights', value: connection.rights }] },
    },
    { delete: subscriberKey(connection, topic), if: { is: 'present' } },
  ];
}

/**
 * The writes that give a connection a new token. The first fails if its subscriptions have changed since it
 * was read: the new token must be checked against all of them.
 */
export function renewWrites(
  catalog: TopicCatalog,
  connection: Connection,
  principal: Principal,
  lost: readonly Topic[],
  gained: readonly Topic[],
  now: number,
): Write[] {
  const { roles, clients, expiresAt, issuedAt } = principal;
  const renewed = { ...connection, principal };
  const unchanged = { is: 'equal', attribute: 'changes', value: connection.changes } as const;
  return [
    {
      update: keys.connection(connection.connectionId),
      set: {
        ...{ roles, clients, expiresAt, issuedAt },
        joined: countable(
          catalog,
          renewed,
          connection.topics.filter((topic) => !lost.includes(topic)),
        ),
        ...topicAttributes(catalog, gained, now),
      },
      remove: lost.map(topicAttribute),
      add: { rights: 1 },
      if: { is: 'all', of: [isOpen, unchanged] },
    },
    { update: subscriberKey(connection, { kind: 'tenant' }), set: { roles } },
    ...lost.map((topic): Write => ({ delete: subscriberKey(connection, topic) })),
    ...gained.map((topic): Write => ({ put: subscriberRow(renewed, topic, now) })),
  ];
}

/** Stores a choice: the first of its writes, which fails if the token or the subscriptions changed since it was read. */
export function choiceWrite(
  catalog: TopicCatalog,
  current: Connection,
  { feeds, batch, choicesFullAt = 0 }: Connection,
  left: readonly Topic[],
  gained: readonly Topic[],
  now: number,
): Write {
  const { connectionId, rights, changes } = current;
  const unchanged = [
    { is: 'equal', attribute: 'rights', value: rights },
    { is: 'equal', attribute: 'changes', value: changes },
  ] as const;
  return {
    update: keys.connection(connectionId),
    set: { batch, choicesFullAt, ...(feeds && { feeds }), ...topicAttributes(catalog, gained, now) },
    remove: left.map(topicAttribute),
    // Whoever subscribes with what it read before reads again, and finds whether batches are understood.
    add: { rights: 1, changes: 1 },
    if: { is: 'all', of: [isOpen, ...unchanged] },
  };
}

/** Stores that a `resync` to an open connection is pending: its frame, and until when. */
export function resyncWrite(connectionId: string, frame: string, untilMs: number): Write {
  const set = { resyncUntil: untilMs, resync: frame };
  return { update: keys.connection(connectionId), set, if: isOpen };
}

/** Stores that the `resync` was sent. */
export function resyncDoneWrite(connectionId: string): Write {
  return {
    update: keys.connection(connectionId),
    set: { resyncUntil: 0 },
    remove: ['resync'],
    if: isOpen,
  };
}

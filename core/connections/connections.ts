import { isCollection, ProtocolError } from '@tidings/protocol';
import { keys } from '../keys.ts';
import type { Condition, Row, Table } from '../ports.ts';
import type { Principal } from '../principal.ts';
import { codec } from '../rows.ts';
import { hasPresence, type Topic, type TopicCatalog } from '../topics.ts';

/** API Gateway closes a connection after two hours. Five minutes more allow for clocks and late messages. */
export const leaseMs = 2 * 3_600_000 + 5 * 60_000;

/**
 * A connection this young may still be inside its handshake, where API Gateway calls it gone:
 * https://repost.aws/knowledge-center/410-gone-api-gateway. Its rows and its slot are its own. A handshake may take 29 s,
 * and the clock by which it is judged may be ahead of the one by which it began.
 */
export const openingMs = 60_000;
/** How long a closed connection's row is kept, so that late events find it closed. */
export const tombstoneSeconds = 3 * 3600;

/** A connection as it is stored. */
export interface Connection {
  readonly connectionId: string;
  readonly principal: Principal;
  readonly state: 'open' | 'closing' | 'closed';
  readonly connectedAt: number;
  readonly leaseExpiresAt: number;
  readonly slot: number;
  /** The topics that it is joined to. */
  readonly topics: readonly Topic[];
  /** The feeds of its own that it wants, by their wire names. Absent: all. */
  readonly feeds?: readonly string[];
  /** Whether its client understands batches. */
  readonly batch: boolean;
  /** When it may change its choices as often as at first again: milliseconds since 1970. */
  readonly choicesFullAt?: number;
  /**
   * Those of them with presence, stored in its row, so that whoever ends the connection does not need the
   * app.
   */
  readonly presentIn: readonly Topic[];
  /** By its attribute, since when it follows a topic that stands for all of a kind. */
  readonly collectionsSince?: Readonly<Record<string, number>>;
  /** Grows with every new token. A subscription must be authorised by the token of this version. */
  readonly rights: number;
  /**
   * Grows with every subscription that begins or ends. A new token must be checked against the subscriptions
   * of this version.
   */
  readonly changes: number;
  /** Until when a `resync` to it is pending: milliseconds since 1970, 0 for none. */
  readonly resyncUntil: number;
  /** The frame of that `resync`. */
  readonly resync?: string;
}

const topicPrefix = 'on ';

/**
 * Whether it may still be inside its handshake, where `$connect` may yet write rows. It subscribes to topics, or leaves
 * them, only after that.
 */
export const isOpening = ({ connectedAt, changes }: Connection, now: number): boolean =>
  changes === 0 && connectedAt > now - openingMs;

/** Each topic is an attribute of its own, so that two subscriptions at once do not overwrite each other. */
export const topicAttribute = (topic: Topic) => {
  const { kind, id } = topic;
  if (isCollection(topic)) return `${topicPrefix}${kind}s`;
  return topicPrefix + (id === undefined ? kind : `${kind}:${id}`);
};

/** Whether a connection is joined to a topic, as far as its row says that was read. */
export function isJoined({ topics }: Connection, topic: Topic): boolean {
  const attribute = topicAttribute(topic);
  return topics.some((joined) => topicAttribute(joined) === attribute);
}

function readTopic(attribute: string): Topic {
  const name = attribute.slice(topicPrefix.length);
  const colon = name.indexOf(':');
  if (colon >= 0) return { kind: name.slice(0, colon), id: name.slice(colon + 1) };
  // Only a collection's name ends like this: `createApp` refuses other feeds that do.
  return name.endsWith('s') ? { kind: name.slice(0, -1), id: '*' } : { kind: name };
}

/** A connection's row, besides its topics. */
interface ConnectionRow
  extends Principal,
    Omit<Connection, 'principal' | 'topics' | 'presentIn' | 'collectionsSince' | 'batch'> {
  readonly batch?: boolean;
  /** How many of its topics count towards the limit. */
  readonly joined: number;
  readonly ttl: number;
}
const connectionCodec = codec<ConnectionRow>();

function toConnection(row: Row): Connection {
  const stored = connectionCodec.fromRow(row);
  const { tenant, userId, roles, clients, expiresAt, issuedAt } = stored;
  const { connectionId, state, connectedAt, leaseExpiresAt, slot, rights, changes } = stored;
  const { feeds, batch = false, choicesFullAt, resyncUntil = 0, resync } = stored;
  const names = Object.keys(row).filter((name) => name.startsWith(topicPrefix));
  return {
    connectionId,
    principal: { tenant, userId, roles, clients, expiresAt, issuedAt },
    state,
    connectedAt,
    leaseExpiresAt,
    slot,
    rights,
    changes,
    resyncUntil,
    ...(resync !== undefined && { resync }),
    ...(feeds && { feeds }),
    batch,
    ...(choicesFullAt !== undefined && { choicesFullAt }),
    topics: names.map(readTopic),
    presentIn: names.filter((name) => row[name] === withPresence).map(readTopic),
    collectionsSince: Object.fromEntries(
      names.flatMap((name) => (typeof row[name] === 'number' ? [[name, row[name]]] : [])),
    ),
  };
}

const withPresence = 'presence';

/** The attributes with topics in a connection's row. Of those followed as one it is noted since when. */
export function topicAttributes(catalog: TopicCatalog, topics: readonly Topic[], now: number) {
  const attributeOf = (topic: Topic) => (isCollection(topic) ? now : true);
  return Object.fromEntries(
    topics.map((topic) => [
      topicAttribute(topic),
      hasPresence(catalog, topic) ? withPresence : attributeOf(topic),
    ]),
  );
}

/** Since when a connection has followed all topics of a kind as one; nothing where it does not, or its row does not say so. */
export const followedSince = (connection: Connection | undefined, topic: Topic): number | undefined =>
  connection?.collectionsSince?.[topicAttribute(topic)];

/** The row that a new connection begins with. */
export function connectionRow(catalog: TopicCatalog, connection: Connection): Row {
  const { principal, topics, presentIn: _, collectionsSince: __, batch, ...rest } = connection;
  return connectionCodec.toRow(keys.connection(connection.connectionId), {
    ...rest,
    ...(batch && { batch }),
    ...principal,
    joined: 0,
    ...topicAttributes(catalog, topics, connection.connectedAt),
    ttl: Math.ceil(connection.leaseExpiresAt / 1000) + tombstoneSeconds,
  });
}

/**
 * Reads a connection from its row. A tombstone that `$disconnect` left before `$connect` is not a connection.
 */
export function asConnection(row: Row | undefined): Connection | undefined {
  return row?.userId === undefined ? undefined : toConnection(row);
}

/** Reads a connection, if it was ever made. */
export async function readConnection(table: Table, connectionId: string): Promise<Connection | undefined> {
  return asConnection(await table.get(keys.connection(connectionId)));
}

export const isOpen: Condition = { is: 'equal', attribute: 'state', value: 'open' };

/** @throws ProtocolError for a connection that is closed. */
export function requireOpen(connection: Connection | undefined): Connection {
  if (connection?.state === 'open') return connection;
  throw new ProtocolError('unauthenticated', 'this connection is closed: connect again');
}

import { isCollection } from '@tidings/protocol';
import { keys, readSubscriber } from '../keys.ts';
import type { Key, Row, Write } from '../ports.ts';
import { codec } from '../rows.ts';
import type { Topic } from '../topics.ts';
import { isChosen } from './choice.ts';
import type { Connection } from './connections.ts';

/** One connection that is subscribed to a topic. */
export interface Subscriber {
  readonly userId: string;
  readonly connectionId: string;
  /** When its lease ends, in seconds since 1970. */
  readonly ttl: number;
  /** Only in the tenant's feed: its user's roles, and whether it is muted. */
  readonly roles: readonly string[];
  readonly muted: boolean;
  /** Whether its client understands batches. */
  readonly batch: boolean;
  /** When batches ended, if it understood them once: milliseconds since 1970. */
  readonly batchesEndedAt?: number | undefined;
  /** Since when it follows all topics of a kind, if it did not from its beginning: milliseconds since 1970. */
  readonly since?: number | undefined;
  /** What it shows with its presence: JSON, and since when. */
  readonly shows?: Shown | undefined;
}

/** Something that a connection shows with its presence. */
export interface Shown {
  readonly json: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A subscriber as it is stored; its key says who it is. */
interface SubscriberRow {
  readonly ttl: number;
  /** Only in the tenant's feed. */
  readonly roles?: readonly string[];
  readonly muted?: boolean;
  readonly batch?: boolean;
  readonly batchesEndedAt?: number;
  /** Only of all topics of a kind. */
  readonly since?: number;
  /** By `presence.set`. */
  readonly shows?: Shown;
}
const subscriberCodec = codec<SubscriberRow>();

/** Sets what a connection shows. Fails if it is not subscribed to the topic. */
export const showWrite = (connection: Connection, topic: Topic, shows: Shown): Write => ({
  update: subscriberKey(connection, topic),
  set: { shows: { ...shows } },
  if: { is: 'present' },
});

/**
 * The row that subscribes a connection to a topic. `stats` counts the rows of the tenant's feed, so those are
 * muted where others are deleted.
 *
 * @param since now, but where the connection begins with it.
 */
export function subscriberRow(connection: Connection, topic: Topic, since?: number): Row {
  const { principal, leaseExpiresAt, batch } = connection;
  return subscriberCodec.toRow(subscriberKey(connection, topic), {
    ...(topic.kind === 'tenant' && { roles: principal.roles, muted: !isChosen(connection, topic) }),
    ...(batch && { batch }),
    ...(since !== undefined && isCollection(topic) && { since }),
    ttl: Math.ceil(leaseExpiresAt / 1000),
  });
}

export const subscriberKey = ({ principal, connectionId }: Connection, topic: Topic): Key =>
  keys.subscriber(principal.tenant, topic, principal.userId, connectionId);

/** Mutes a connection in its tenant's feed, or unmutes it. Fails if nothing would change. */
export function muteWrite(connection: Connection, { muted }: { readonly muted: boolean }): Write {
  return {
    update: subscriberKey(connection, { kind: 'tenant' }),
    set: { muted },
    if: { is: 'equal', attribute: 'muted', value: !muted },
  };
}

export function toSubscriber(row: Row): Subscriber {
  const stored = subscriberCodec.fromRow(row);
  const { sk, ttl, roles = [], muted = false, batch = false } = stored;
  const { batchesEndedAt, since, shows } = stored;
  const { userId, connectionId } = readSubscriber(sk);
  // Field by field: spread, an object took twenty times as long, which was most of reading a large audience.
  return { userId, connectionId, ttl, roles, muted, batch, batchesEndedAt, since, shows };
}

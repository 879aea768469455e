import { isCollection } from '@tidings/protocol';
import { allRows } from '../allRows.ts';
import { type Subscriber, toSubscriber } from '../connections/subscriber.ts';
import { keys } from '../keys.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';

/**
 * A topic's subscribers: keys and little more. `shown`: also what they show with their presence. Read strongly and from the table, since an index lags behind.
 * A row past its lease does not count: DynamoDB may delete expired rows days late.
 */
export async function* subscribers(
  { table, clock }: Pick<Runtime, 'table' | 'clock'>,
  tenant: string,
  topic: Topic,
  { shown = false } = {},
): AsyncGenerator<Subscriber> {
  const pk = keys.subscribers(tenant, topic);
  const nowSeconds = clock.now() / 1000;
  for await (const row of allRows(table, {
    pk,
    only: ['ttl', 'roles', 'muted', 'batch', 'batchesEndedAt', 'since', ...(shown ? ['shows'] : [])],
  })) {
    const subscriber = toSubscriber(row);
    if (subscriber.ttl > nowSeconds) yield subscriber;
  }
}

/** A connection that gets an event. */
export interface Reader {
  readonly connectionId: string;
  /** Whether its client understands batches. */
  readonly batch: boolean;
  /** When batches ended for it, if they did. */
  readonly batchesEndedAt?: number | undefined;
  /** It follows all topics of the kind as one. */
  readonly followsAll?: boolean;
  /** Only where it follows the topic by itself, too: when it came to follow all. */
  readonly cameToAllAt?: number | undefined;
}

/**
 * All connections that get an event of this topic, each once, including those subscribed to all topics of its
 * kind.
 */
export async function audienceOf(
  runtime: Pick<Runtime, 'app' | 'table' | 'clock'>,
  tenant: string,
  topic: Topic,
): Promise<readonly Reader[]> {
  const { kind } = topic;
  const isAmongAll = runtime.app.kinds.get(kind)?.all && !isCollection(topic);
  const followed = isAmongAll ? [topic, { kind, id: '*' }] : [topic];
  const found = new Map<string, Reader>();
  for (const each of followed) {
    for await (const subscriber of subscribers(runtime, tenant, each)) {
      const { connectionId, muted, batch, batchesEndedAt, since } = subscriber;
      if (muted) continue;
      const byItself = found.get(connectionId);
      found.set(connectionId, {
        connectionId,
        // While it changes, its rows say different things: then it understands none.
        batch: batch && byItself?.batch !== false,
        batchesEndedAt: batchesEndedAt ?? byItself?.batchesEndedAt,
        followsAll: each !== topic,
        cameToAllAt: byItself && since,
      });
    }
  }
  return [...found.values()];
}

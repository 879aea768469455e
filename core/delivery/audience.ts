import { allRows } from '../allRows.ts';
import type { SubscriberRow } from '../connections/connections.ts';
import { keys, readSubscriber } from '../keys.ts';
import type { Row } from '../ports.ts';
import { fromRow } from '../rows.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';

/** One connection that is subscribed to a topic. */
export interface Subscriber {
  readonly userId: string;
  readonly connectionId: string;
  /** Only in the tenant's feed: its user's roles, and whether it is muted. */
  readonly roles: readonly string[];
  readonly muted: boolean;
}

/**
 * A topic's subscribers: keys and little more. Read strongly and from the table, since an index lags behind.
 * A row past its lease does not count: DynamoDB may delete expired rows days late.
 */
export async function* subscribers(
  { table, clock }: Pick<Runtime, 'table' | 'clock'>,
  tenant: string,
  topic: Topic,
): AsyncGenerator<Subscriber> {
  const pk = keys.subscribers(tenant, topic);
  const nowSeconds = clock.now() / 1000;
  for await (const row of allRows(table, { pk, only: ['ttl', 'roles', 'muted'] })) {
    if (fromRow<SubscriberRow>(row).ttl > nowSeconds) yield toSubscriber(row);
  }
}

function toSubscriber(row: Row): Subscriber {
  const { sk, roles = [], muted = false } = fromRow<SubscriberRow>(row);
  return { ...readSubscriber(sk), roles, muted };
}

/**
 * All connections that get an event of this topic, each once, including those subscribed to all topics of its
 * kind.
 */
export async function audienceOf(
  runtime: Pick<Runtime, 'app' | 'table' | 'clock'>,
  tenant: string,
  topic: Topic,
): Promise<readonly string[]> {
  const { kind } = topic;
  const followed = runtime.app.kinds.get(kind)?.all ? [topic, { kind, id: '*' }] : [topic];
  const found = new Set<string>();
  for (const each of followed) {
    for await (const { connectionId, muted } of subscribers(runtime, tenant, each)) {
      if (!muted) found.add(connectionId);
    }
  }
  return [...found];
}

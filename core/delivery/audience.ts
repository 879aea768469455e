import { isCollection } from '@tidings/protocol';
import { allPages } from '../allRows.ts';
import { type Subscriber, toSubscriber } from '../connections/subscriber.ts';
import { keys, subscriberPrefix } from '../keys.ts';
import type { Row } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { Topic } from '../topics.ts';
import { toWindow, type WindowRow, windowAttributes } from './windows/batchWindow.ts';

/** A topic's subscribers, one after the other. */
export async function* subscribers(...asked: Parameters<typeof subscriberPages>): AsyncGenerator<Subscriber> {
  for await (const page of subscriberPages(...asked)) yield* page;
}

interface ReadToo {
  /** What they show with their presence. */
  readonly shown?: boolean;
  /** Is given the batch window, which is kept among them. */
  readonly onWindow?: (row: Row) => void;
}

/**
 * A topic's subscribers: keys and little more. Read strongly and from the table, since an index lags behind.
 * A row past its lease does not count: DynamoDB may delete expired rows days late.
 */
async function* subscriberPages(
  { table, clock }: Pick<Runtime, 'table' | 'clock'>,
  tenant: string,
  topic: Topic,
  { shown, onWindow }: ReadToo = {},
): AsyncGenerator<readonly Subscriber[]> {
  const pk = keys.subscribers(tenant, topic);
  const nowSeconds = clock.now() / 1000;
  const more = [...(shown ? ['shows'] : []), ...(onWindow ? windowAttributes : [])];
  const only = ['ttl', 'roles', 'muted', 'batch', 'batchesEndedAt', 'since', ...more];
  for await (const rows of allPages(table, { pk, only })) {
    const isSubscriber = ({ sk }: Row) => sk.startsWith(subscriberPrefix);
    const window = rows.find((row) => !isSubscriber(row));
    if (window) onWindow?.(window);
    yield rows
      .filter(isSubscriber)
      .map(toSubscriber)
      .filter(({ ttl }) => ttl > nowSeconds);
  }
}

/** Who follows a topic, and the batch window that is kept among them. */
export interface Followers {
  readonly subscribers: readonly Subscriber[];
  readonly window: WindowRow | undefined;
}

/** All of them. Page by page: to wait for each of thousands costs more than all else that is done with it. */
export async function readFollowers(
  parts: Pick<Runtime, 'table' | 'clock'>,
  tenant: string,
  topic: Topic,
): Promise<Followers> {
  let window: Row | undefined;
  const onWindow = (row: Row) => {
    window = row;
  };
  const all: (readonly Subscriber[])[] = [];
  for await (const page of subscriberPages(parts, tenant, topic, { onWindow })) all.push(page);
  return { subscribers: all.flat(), window: toWindow(window) };
}

const nobody: Followers = { subscribers: [], window: undefined };

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

/** All topics of this one's kind, where they may be followed as one. */
export function collectionOf({ app }: Pick<Runtime, 'app'>, topic: Topic): Topic | undefined {
  const { kind } = topic;
  return app.kinds.get(kind)?.all && !isCollection(topic) ? { kind, id: '*' } : undefined;
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
  const collection = collectionOf(runtime, topic);
  // At once: a publish waits for one answer of the database in the place of two.
  const [named, all] = await Promise.all([
    readFollowers(runtime, tenant, topic),
    collection ? readFollowers(runtime, tenant, collection) : nobody,
  ]);
  return readersOf(named.subscribers, all.subscribers);
}

/** Each connection once, of those who follow a topic by name and those who follow all of its kind. */
export function readersOf(named: readonly Subscriber[], all: readonly Subscriber[]): readonly Reader[] {
  const found = new Map<string, Reader>();
  for (const followers of [named, all]) {
    for (const subscriber of followers) {
      const { connectionId, muted, batch, batchesEndedAt, since } = subscriber;
      if (muted) continue;
      const byName = found.get(connectionId);
      found.set(connectionId, {
        connectionId,
        // While it changes, its rows say different things: then it understands none.
        batch: batch && byName?.batch !== false,
        batchesEndedAt: batchesEndedAt ?? byName?.batchesEndedAt,
        followsAll: followers === all,
        cameToAllAt: byName && since,
      });
    }
  }
  return [...found.values()];
}
